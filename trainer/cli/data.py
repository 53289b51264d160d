"""`trainer data`."""

from pathlib import Path

import click
from PIL import Image

from inkling.errors import BadInput
from trainer.data.describe import describe, sample_sheet
from trainer.data.spec import load, names
from trainer.io.atomic import replace_file


@click.command(
    epilog=f"SPEC: {', '.join(names())}, or a path to IDX files, .npz, a folder or .zip with a sub-folder a label, "
    "label,pixel… CSV, pen strokes .jsonl[.gz], or a sprite PNG with its one-hot labels."
)
@click.argument("spec")
@click.option("--sheet", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.png", help="Draw labelled samples.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides the test part and samples.")
def data(spec: str, sheet: Path | None, seed: int) -> None:
    """Look at a labelled set: counts, shapes, labels, and test images that are in the training part as well."""
    click.echo(f"reading {spec}", err=True)
    known = load(spec)
    click.echo(describe(known, seed))
    if sheet:
        _write(sample_sheet(known, seed), sheet)
        click.echo(f"samples drawn in {sheet}", err=True)


def _write(picture: Image.Image, place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_file(place, lambda path: picture.save(path, "PNG"))
    except OSError as error:
        raise BadInput(f"Expected a place for the sheet. Received {place}: {error.strerror}.") from error
