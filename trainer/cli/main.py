"""The command line `trainer`."""

import sys

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


class OneSentence(click.Group):
    """Says what went wrong in one sentence on standard error, and exits with 1."""

    def invoke(self, ctx: click.Context):
        """Run a command."""
        try:
            return super().invoke(ctx)
        except InklingError as error:
            sentence = str(error)
        except OSError as error:  # a full disk, a folder that may not be written, a file that went away
            sentence = f"Expected to read or write {error.filename or 'a file'}. Received: {error.strerror or error}."
        except ModuleNotFoundError as error:
            sentence = (
                f"Expected the packages of inkling[trainer]. Received an installation without {error.name}: run make setup."
            )
        click.echo(f"{ctx.info_name} {ctx.invoked_subcommand}: {sentence}", err=True)
        sys.exit(1)


@click.group(cls=OneSentence, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="inkling")
def main() -> None:
    """Teach a network to read handwriting: look at data, fit, evaluate, export, search, distill, serve."""


for command in (data, fit, evaluate, export, ensemble, distill, sweep, serve):
    main.add_command(command)
