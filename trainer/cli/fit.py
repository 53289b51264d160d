"""`trainer fit`."""

import sys
import time
from pathlib import Path

import click
from click.core import ParameterSource

from inkling.errors import BadInput
from trainer.cli.interrupt import stop_on_interrupt
from trainer.cli.options import given_only, setting_options, settings_of
from trainer.settings import FitSettings
from trainer.training.control import Controls

run_option = click.option(
    "--run", type=click.Path(path_type=Path), metavar="DIR", help="The new run folder.  [default: runs/RECIPE-DATE-TIME]"
)
progress_option = click.option(
    "--progress", type=click.Choice(["text", "json"]), default="text", show_default=True, help="json: events to stdout."
)


@click.command()
@setting_options()
@run_option
@click.option("--resume", type=click.Path(path_type=Path), metavar="RUN", help="Go on with a run after its last whole epoch.")
@progress_option
@click.pass_context
def fit(context, run, resume, progress, **options) -> None:
    """Train a network on labelled sets and leave a run folder. Ctrl-C ends the fit and keeps the best weights so far."""
    if not resume:
        run_fit(settings_of(options), run, progress)
        return
    given = set(given_only(options))
    if context.get_parameter_source("recipe") is ParameterSource.DEFAULT:
        given.discard("recipe")
    run_fit(_resumed(resume, bool(run), {name: options[name] for name in given}), resume, progress, resume=True)


def run_fit(settings: FitSettings, path: Path | None, progress: str, resume: bool = False) -> None:
    """Fit into a run folder, and tell the terminal or the next program about it."""
    controls = Controls(settings)
    stop_on_interrupt(controls.stop)
    from trainer.training.fit import fit as fit_into
    from trainer.training.loggers import JsonLines, Terminal

    path = path or Path("runs") / f"{settings.recipe}-{time.strftime('%Y%m%d-%H%M%S')}"
    listener = JsonLines(sys.stdout) if progress == "json" else Terminal()
    done = fit_into(settings, path, [listener], controls, resume=resume)
    if progress == "text":
        click.echo(done.path)


def _resumed(path: Path, more: bool, overrides: dict) -> FitSettings:
    from trainer.runs.run import Run

    allowed = {"epochs", "device"}
    if more or set(overrides) - allowed:
        raise BadInput(
            "Expected --resume with no other setting than --epochs and --device. Received more: a run keeps its own."
        )
    settings = Run.open(path).settings
    if settings.schedule != "constant" and overrides.get("epochs", settings.epochs) != settings.epochs:
        raise BadInput(
            f"Expected the {settings.epochs} epochs that the {settings.schedule} schedule was laid out for. Received others."
        )
    return settings.override(**overrides)
