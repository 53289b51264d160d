"""The command `server`."""

import sys
from pathlib import Path
from typing import Any

import click

from inkling.errors import InklingError
from inkling.service.config.click_options import setting_options
from server.settings import Settings


class Failures(click.Group):
    """A group whose commands end with one sentence and exit code 1 where something of ours goes wrong."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except InklingError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(1)


@click.group(cls=Failures)
@click.version_option(package_name="inkling")
def main() -> None:
    """Read handwriting over HTTP."""


@main.command()
@setting_options(Settings)
def run(**given: Any) -> None:
    """Serve the page and the API. INKLING_TOKEN holds the token; it is no option, as others could see it there."""
    from server.runtime.gunicorn_app import serve

    serve(Settings.from_environment(**given))


@main.command()
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(model: Path) -> None:
    """Check a model file: its card, the smoke picture's answer, and the time of an answer."""
    from server.cli.check_model import check_model

    for line in check_model(model):
        click.echo(line)
