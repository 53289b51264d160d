"""The command line `server`."""

from pathlib import Path
from typing import Any

import click

from inkling.distribution import NAME
from inkling.service.cli import ErrorReportingGroup
from inkling.service.config.click_options import setting_options
from server.settings import Settings


@click.group(cls=ErrorReportingGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
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


@main.command()
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="Name under which the model is served.  [default: the name of the file]")
@click.option("--models", metavar="FOLDER", help="Model repository.  [default: that of `server run`]")
@click.option(
    "--canary",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Keep the current version, and send this share of the requests to the new one: 0.1 for a tenth, 0 for none.",
)
def publish(model: Path, name: str | None, models: str | None, canary: float | None) -> None:
    """Publish a model file. A running server loads it without a restart.

    It becomes the current version of the model NAME, and the current version becomes a previous one. Prints the new version.
    """
    from inkling.models.model_version import version_id
    from inkling.models.repository import ModelRepository, file_sha256

    settings = Settings.from_environment(models=models) if models else Settings.from_environment()
    repository = ModelRepository(settings.models_folder)
    published = repository.publish_as(model, name or model.stem, canary)
    click.echo(version_id(file_sha256(published)))
