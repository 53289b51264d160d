"""`trainer evaluate`."""

import json
import sys
from pathlib import Path

import click

from server.inference.crops import CHOICES
from trainer.files import replace_file


@click.command()
@click.argument("model", type=click.Path(path_type=Path), metavar="RUN|MODEL.onnx")
@click.option("--data", metavar="SPEC", help="A labelled set, by name or path.  [default: the test part that a run kept]")
@click.option(
    "--outliers",
    multiple=True,
    metavar="SPEC",
    help="Images that are none of the labels: scribbles, faces, pairs, or a labelled set; repeated, they add up.  "
    "[default: those that a run kept]",
)
@click.option(
    "--crops", type=click.Choice(CHOICES), default="4", show_default=True, help="The centre, the card's, every window."
)
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the pictures.  [default: evaluation, in RUN]"
)
def evaluate(model: Path, data: str | None, outliers: tuple[str, ...], crops: str, as_json: bool, out: Path | None) -> None:
    """Score a run or a model on a labelled set, with the code that serves. Draws confusion-matrix.png and mistakes.png."""
    if model.is_dir():  # an ONNX file is answered without Keras
        from trainer.device import prepare

        prepare("auto")
    from trainer.evaluate import evaluate as measure
    from trainer.evaluate import format_report

    report, pictures, part = measure(model, data, crops, outliers)
    folder = out or (model / "evaluation" if model.is_dir() else Path("evaluation"))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pictures.items():
        replace_file(folder / name, lambda path, content=content: path.write_bytes(content))
    click.echo(f"{model}: {part}; pictures in {folder}", err=True)
    if as_json:
        json.dump(report, sys.stdout, allow_nan=False)
        click.echo()
    else:
        click.echo(format_report(report))
