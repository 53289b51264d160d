"""Error reporting of the command lines `server` and `trainer`."""

import sys
from typing import Any

import click

from inkling.distribution import extra
from inkling.errors import InklingError


class ErrorReportingGroup(click.Group):
    """Prints expected errors as one line on standard error, after the name of the command, and exits with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except InklingError as error:
            message = str(error)
        except OSError as error:  # disk full, no permission, file removed
            message = f"Can't read or write {error.filename or 'a file'}: {error.strerror or error}."
        except ModuleNotFoundError as error:
            message = f"The package {error.name} is not installed; run make setup, or install {extra('trainer')}."
        click.echo(f"{ctx.info_name} {ctx.invoked_subcommand}: {message}", err=True)
        sys.exit(1)
