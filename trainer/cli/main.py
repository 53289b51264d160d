"""The command line `trainer`."""

import sys
from typing import Any

import click

from inkling.errors import InklingError
from trainer.cli.data import data
from trainer.cli.distill import distill
from trainer.cli.ensemble import ensemble
from trainer.cli.evaluate import evaluate
from trainer.cli.export import export
from trainer.cli.fit import fit
from trainer.cli.serve import serve
from trainer.cli.sweep import sweep


class ErrorReportingGroup(click.Group):
    """Prints expected errors as one sentence on standard error and exits with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except InklingError as error:
            message = str(error)
        except OSError as error:  # disk full, no permission, file removed
            message = f"Can't read or write {error.filename or 'a file'}: {error.strerror or error}."
        except ModuleNotFoundError as error:
            message = f"The package {error.name} is not installed; run make setup, or install inkling[trainer]."
        click.echo(f"{ctx.info_name} {ctx.invoked_subcommand}: {message}", err=True)
        sys.exit(1)


@click.group(cls=ErrorReportingGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="inkling")
def main() -> None:
    """Train networks that read handwriting: inspect data, fit, evaluate, export, search, distill, serve."""


for command in (data, fit, evaluate, export, ensemble, distill, sweep, serve):
    main.add_command(command)
