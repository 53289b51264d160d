"""`trainer fit`."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import click
from click.core import ParameterSource

from server.inference.errors import BadInput
from trainer.recipes import RECIPES, recipe
from trainer.settings import DECLARED, FitSettings

NOT_OPTIONS = ("data", "outliers", "recipe")


def setting_options(command):
    """An option for every fit setting, from its declaration."""
    for name, declared in reversed(DECLARED.items()):
        if name in NOT_OPTIONS:
            continue
        facts = declared.metadata
        kind = click.Choice(facts["choices"]) if facts["choices"] else _kind(declared)
        unit = f", {facts['unit']}" if facts["unit"] else ""
        text = f"{facts['help']}{unit}  [default: by recipe; inkling: {declared.default}]"
        command = click.option(f"--{name.replace('_', '-')}", name, type=kind, help=text)(command)
    return command


def _kind(declared) -> click.ParamType:
    if declared.type is str:
        return click.STRING
    kind = click.IntRange if declared.type is int else click.FloatRange
    return kind(declared.metadata["least"], declared.metadata["most"])


@click.command()
@click.option(
    "--data", multiple=True, metavar="SPEC", help="A labelled set, by name or path; repeated, sets add up.  [default: mnist]"
)
@click.option(
    "--outliers",
    multiple=True,
    metavar="SPEC",
    help="Images that are none of the labels: scribbles, faces, pairs, or a labelled set; repeated, they add up; or none.  "
    "[default: by recipe; inkling: scribbles, faces, pairs]",
)
@click.option(
    "--recipe", "recipe_name", type=click.Choice(list(RECIPES)), default="inkling", show_default=True, help="All settings."
)
@setting_options
@click.option(
    "--run", type=click.Path(path_type=Path), metavar="DIR", help="The new run folder.  [default: runs/RECIPE-DATE-TIME]"
)
@click.option("--resume", type=click.Path(path_type=Path), metavar="RUN", help="Go on with a run after its last whole epoch.")
@click.option(
    "--progress", type=click.Choice(["text", "json"]), default="text", show_default=True, help="json: events to stdout."
)
@click.pass_context
def fit(context, data, outliers, recipe_name, run, resume, progress, **given) -> None:
    """Train a network on labelled sets and leave a run folder. Ctrl-C ends the fit and keeps the best weights so far."""
    stop = stop_on_interrupt()
    overrides = {name: value for name, value in given.items() if value is not None}
    if data:
        overrides["data"] = tuple(data)
    if outliers:
        overrides["outliers"] = () if outliers == ("none",) else tuple(outliers)
    if resume:
        chosen = context.get_parameter_source("recipe_name") is not ParameterSource.DEFAULT
        settings = _resumed(resume, bool(run) or chosen, overrides)
    else:
        settings = recipe(recipe_name, **overrides)
    path = resume or run or Path("runs") / f"{recipe_name}-{time.strftime('%Y%m%d-%H%M%S')}"

    from trainer.fit import fit as run_fit
    from trainer.listeners import JsonLines, Terminal

    listener = JsonLines(sys.stdout) if progress == "json" else Terminal()
    done = run_fit(settings, path, [listener], stop.is_set, resume=bool(resume))
    if progress == "text":
        click.echo(done.path)


def _resumed(path: Path, more: bool, overrides: dict) -> FitSettings:
    from trainer.run import Run

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


def stop_on_interrupt() -> threading.Event:
    """An event that the first Ctrl-C sets; the second one ends the program."""
    stop = threading.Event()
    terminal = os.dup(2)  # standard error itself is held back while libraries load

    def handle(*_) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        os.write(terminal, b"\nstopping after this step; the best weights so far are kept. Ctrl-C again gives up.\n")

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    return stop
