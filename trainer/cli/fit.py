"""`trainer fit`."""

import json
import logging
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from inkling.errors import InvalidInput
from trainer.cli.completion import complete_runs
from trainer.cli.interrupt import stop_on_interrupt
from trainer.cli.option_groups import GroupedCommand
from trainer.cli.options import explicit_options, setting_options, settings_from_options
from trainer.settings import FitSettings
from trainer.training.control import FitControl

RESUMABLE = {"epochs", "device"}
"""Settings that can be given with --resume."""

run_option = click.option(
    "--run", type=click.Path(path_type=Path), metavar="DIR", help="New run folder.  [default: runs/RECIPE-DATE-TIME]"
)
log_option = click.option(
    "--log",
    "trackers",
    type=click.Choice(["mlflow", "wandb"]),
    multiple=True,
    help="Also log to MLflow or, offline, to Weights & Biases; can be repeated. Each is an extra of the package.",
)
progress_option = click.option(
    "--progress",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: print events as JSON lines to standard output.",
)


@click.command(cls=GroupedCommand)
@setting_options()
@run_option
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    metavar="RUN",
    shell_complete=complete_runs,
    help="Resume a run after its last whole epoch.",
)
@click.option(
    "--dry-run", is_flag=True, help="Print layers, split, steps and an estimate of time and memory; fit and write nothing."
)
@log_option
@progress_option
def fit(run: Path | None, resume: Path | None, dry_run: bool, trackers: tuple[str, ...], progress: str, **options: Any) -> None:
    """Train a network and write a run folder. Ctrl-C stops the fit and saves the best weights so far."""
    if dry_run and resume:
        raise click.UsageError("--dry-run can't be combined with --resume.")
    if dry_run:
        print_estimate(settings_from_options(options), run, progress)
        return
    if not resume:
        run_fit(settings_from_options(options), run, progress, trackers)
        return
    given = explicit_options(options)
    if run or given.keys() - RESUMABLE:
        raise InvalidInput(
            "--resume continues with the run's own settings; it takes only --epochs, --device, --log and --progress."
        )
    run_fit(_resumed_settings(resume, given), resume, progress, trackers, resume=True)


def run_fit(
    settings: FitSettings, path: Path | None, progress: str, trackers: tuple[str, ...] = (), resume: bool = False
) -> None:
    """Fit with progress on the terminal, or as JSON lines on standard output. trackers: names, see `open_trackers`."""
    control = FitControl(settings)
    stop_on_interrupt(control.stop)
    from trainer.fit import fit
    from trainer.training.loggers import JsonLinesLogger, PhaseHandler, TerminalLogger
    from trainer.training.trackers import open_trackers

    path = path or Path("runs") / f"{settings.recipe}-{time.strftime('%Y%m%d-%H%M%S')}"
    logger = JsonLinesLogger(sys.stdout) if progress == "json" else TerminalLogger()
    if isinstance(logger, TerminalLogger):
        _add_handler(PhaseHandler(logger))
    run = fit(settings, path, [logger, *open_trackers(trackers)], control, resume=resume)
    if progress == "text":
        click.echo(run.path)


def print_estimate(settings: FitSettings, path: Path | None, progress: str) -> None:
    """Print what a fit would do and need, as text or JSON."""
    from trainer.runs.run import Run
    from trainer.training.dry_run import estimate_fit, format_estimate
    from trainer.training.loggers import PhaseHandler, TerminalLogger

    if path:
        Run.check_free(path)
    _add_handler(PhaseHandler(TerminalLogger()))
    estimate = estimate_fit(settings)
    if progress == "json":
        click.echo(json.dumps(asdict(estimate) | {"training_seconds": estimate.training_seconds}))
    else:
        click.echo(format_estimate(estimate))


def _add_handler(handler: logging.Handler) -> None:
    """Let a handler receive everything that the modules of the trainer log with level INFO or higher."""
    log = logging.getLogger("trainer")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def _resumed_settings(path: Path, overrides: dict[str, Any]) -> FitSettings:
    from trainer.runs.run import Run

    settings = Run.open(path).settings
    if settings.lr_schedule != "constant" and overrides.get("epochs", settings.epochs) != settings.epochs:
        raise InvalidInput(
            f"The {settings.lr_schedule} schedule was planned for {settings.epochs} epochs; --epochs can't change on resume."
        )
    return settings.override(**overrides)
