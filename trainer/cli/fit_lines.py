"""`trainer fit-lines`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from inkling.errors import InvalidInput
from trainer.cli.completion import complete_data
from trainer.data.spec import resolve_spec
from trainer.lines.settings import LineSettings

DEFAULTS = LineSettings(data=())


@click.command("fit-lines")
@click.option(
    "--data", multiple=True, metavar="SPEC", shell_complete=complete_data, help="Labeled digits: as for `trainer fit`; repeat."
)
@click.option(
    "--letters", multiple=True, metavar="SPEC", help="Strokes of letters, which become words that are no numbers; repeat."
)
@click.option(
    "--lines", type=click.IntRange(100, 10_000_000), default=DEFAULTS.lines, show_default=True, help="Training lines."
)
@click.option(
    "--epochs", type=click.IntRange(1, 10_000), default=DEFAULTS.epochs, show_default=True, help="Passes over the lines."
)
@click.option(
    "--batch-size", type=click.IntRange(1, 4_096), default=DEFAULTS.batch_size, show_default=True, help="Lines per step."
)
@click.option(
    "--learning-rate",
    type=click.FloatRange(1e-7, 1),
    default=DEFAULTS.learning_rate,
    show_default=True,
    help="Peak learning rate.",
)
@click.option(
    "--validation-split",
    type=click.FloatRange(0.001, 0.5),
    default=DEFAULTS.validation_split,
    show_default=True,
    help="Share of the training digits held out, as in the fit of the model.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Random seed, as of the model's fit."
)
@click.option("--run", type=click.Path(path_type=Path), default=Path("runs/lines"), show_default=True, help="Folder to create.")
@click.option("--resume", is_flag=True, help="Continue the run after its last epoch; other options are ignored.")
def fit_lines(run: Path, resume: bool, data: tuple[str, ...], letters: tuple[str, ...], **options: Any) -> None:
    """Train a line network, which reads a whole line of digits at once, also where they touch.

    It learns from lines composed of single digits. `trainer export RUN --lines runs/lines` adds it to a model: its reading of a
    line is compared with that by segmentation.
    """
    from trainer.backend.device import prepare_backend
    from trainer.lines.run import LineRun

    if resume:
        opened = LineRun.open(run)
        if opened.finished:
            raise InvalidInput(f"The run {run} is finished already.")
    else:
        if not data:
            raise InvalidInput("A line network needs --data: labeled digits, some of them pen strokes with writers.")
        specs, letter_specs = (tuple(resolve_spec(spec) for spec in each) for each in (data, letters))
        opened = LineRun.create(run, LineSettings(data=specs, letters=letter_specs, **options))
    click.echo("loading Keras …", err=True)
    prepare_backend("auto")
    from trainer.lines.fit import fit_lines as fit

    row = fit(opened, partial(click.echo, err=True))
    click.echo(f"{row['exact_digits']:.2%} of {row['n_digits']:,} validation lines read correctly", err=True)
    click.echo(run)
