"""`trainer data`."""

from pathlib import Path

import click
from PIL import Image

from inkling.errors import InvalidInput
from trainer.cli.completion import complete_data
from trainer.data.describe import describe, sample_sheet
from trainer.data.spec import dataset_names, load
from trainer.io.atomic import replace_file
from trainer.label_names import parse_labels
from trainer.settings import SETTING_FIELDS


@click.command(
    epilog=f"SPEC: {', '.join(dataset_names())}, or a path to IDX files, .npz, a folder or .zip with a subfolder per label, "
    "label,pixel… CSV, strokes .jsonl[.gz], or a sprite PNG with its one-hot labels."
)
@click.argument("spec", shell_complete=complete_data)
@click.option(
    "--sheet", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.png", help="Write a sheet of labeled samples."
)
@click.option("--labels", default="", help=SETTING_FIELDS["labels"].metadata["help"])
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Random seed of the test split and the samples."
)
def data(spec: str, sheet: Path | None, labels: str, seed: int) -> None:
    """Describe a labeled dataset: counts, shapes, labels, and test images that duplicate training images."""
    click.echo(f"reading {spec}", err=True)
    dataset = load(spec, parse_labels(labels))
    for warning in dataset.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(describe(dataset, seed))
    if sheet:
        _write_sheet(sample_sheet(dataset, seed), sheet)
        click.echo(f"samples written to {sheet}", err=True)


def _write_sheet(sheet: Image.Image, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda temporary: sheet.save(temporary, "PNG"))
    except OSError as error:
        raise InvalidInput(f"Can't write {path}: {error.strerror}.") from error
