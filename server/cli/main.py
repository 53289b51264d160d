"""The command line `server`."""

from pathlib import Path
from typing import Any

import click

from inkling.distribution import NAME
from inkling.service.cli import ErrorReportingGroup
from inkling.service.config.click_options import setting_options
from server.settings import Settings


@click.group(cls=ErrorReportingGroup)
@click.version_option(package_name=NAME)
def main() -> None:
    """Recognize handwriting over HTTP."""


@main.command()
@setting_options(Settings)
def run(**options: Any) -> None:
    """Serve the page and the API.

    The environment variable INKLING_TOKEN sets the token. It has no option, because command lines are visible to other users.
    """
    from server.runtime.gunicorn_app import serve

    serve(Settings.from_environment(**options))


@main.command()
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(model: Path) -> None:
    """Check a model file: print its card, compare its answer with the one at export, and measure the time per answer."""
    from server.cli.check_model import check_model

    for line in check_model(model):
        click.echo(line)
