"""`trainer lr-find`."""

import json
from pathlib import Path
from typing import Any

import click

from trainer.cli.option_groups import GroupedCommand
from trainer.cli.options import setting_options, settings_from_options
from trainer.io.atomic import replace_file


@click.command("lr-find", cls=GroupedCommand)
@setting_options("learning_rate", "lr_schedule", "epochs", "patience", "outliers", "outlier_share", "ema_epochs", "teachers")
@click.option("--min", "first", type=click.FloatRange(1e-10, 10), default=1e-5, show_default=True, help="First learning rate.")
@click.option("--max", "last", type=click.FloatRange(1e-10, 100), default=1.0, show_default=True, help="Last learning rate.")
@click.option("--steps", type=click.IntRange(20, 100_000), default=300, show_default=True, help="Training steps.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default="lr-find.png",
    show_default=True,
    metavar="FILE.png",
    help="Plot of the loss over the learning rate.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the learning rate and the loss of every step as JSON.")
def lr_find(first: float, last: float, steps: int, out: Path, as_json: bool, **options: Any) -> None:
    """Suggest a learning rate: train a fresh network for some steps with a growing learning rate, and plot the loss.

    The suggestion is the learning rate at which the loss falls fastest. Nothing is kept of the network.
    """
    settings = settings_from_options(options)
    from trainer.backend.device import prepare_backend

    click.echo("loading Keras …", err=True)
    prepare_backend(settings.device)
    from trainer.experiments.lr_finder import find_learning_rate, plot_range_test

    click.echo(f"training up to {steps:,} steps …", err=True)
    test = find_learning_rate(settings, first, last, steps)
    out.parent.mkdir(parents=True, exist_ok=True)
    replace_file(out, lambda path: plot_range_test(test, path))
    click.echo(f"{len(test.losses):,} steps; plot in {out}", err=True)
    if as_json:
        click.echo(json.dumps(test.to_dict()))
        return
    suggestion = "none: the loss never falls" if test.steepest is None else f"{test.steepest:.2g}"
    end = "" if len(test.losses) == steps else f"; it diverges at {test.learning_rates[-1]:.2g}"
    click.echo(f"suggested learning rate {suggestion}   (the loss is lowest at {test.lowest:.2g}{end})")
