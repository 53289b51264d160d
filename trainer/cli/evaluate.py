"""`trainer evaluate`."""

import json
import sys
from pathlib import Path

import click

from inkling.models.crops import CHOICES
from trainer.evaluation.ocr.ground_truth import HALVES
from trainer.io.atomic import replace_file


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
@click.option(
    "--numbers",
    metavar="SPEC",
    help="Whole numbers instead: strokes, a folder with a sub-folder a number, or lines:FILE, packed:FILE or pages:FILE, which "
    "compose lines of six digits (packed: pushed into each other), or pages of lines, of single digits in a file of strokes.",
)
@click.option(
    "--writers",
    type=click.Choice(HALVES),
    default="all",
    show_default=True,
    help="Whose numbers: everybody's, or those of every second writer, by name. Develop on one half, measure on the other.",
)
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the pictures.  [default: evaluation, in RUN]"
)
def evaluate(
    model: Path,
    data: str | None,
    outliers: tuple[str, ...],
    crops: str,
    numbers: str | None,
    writers: str,
    as_json: bool,
    out: Path | None,
) -> None:
    """Score a run or a model on a labelled set, with the code that serves. Draws confusion-matrix.png and mistakes.png.

    With --numbers, how well it reads whole numbers. Draws numbers.png, the worst of them.
    """
    if numbers is None and writers != "all":
        raise click.UsageError("--writers takes --numbers.")
    if numbers is not None and (data is not None or outliers or crops != "4"):
        raise click.UsageError("--numbers takes no --data, --outliers or --crops.")
    if model.is_dir():  # an ONNX file is answered without Keras
        from trainer.backend.device import prepare

        prepare("auto")
    report, pictures, part, text = _figures(model, data, outliers, crops) if numbers is None else _read(model, numbers, writers)
    folder = out or (model / "evaluation" if model.is_dir() else Path("evaluation"))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pictures.items():
        replace_file(folder / name, lambda path, content=content: path.write_bytes(content))
    click.echo(f"{model}: {part}; pictures in {folder}", err=True)
    if as_json:
        json.dump(report, sys.stdout, allow_nan=False)
        click.echo()
    else:
        click.echo(text)


def _figures(model: Path, data: str | None, outliers: tuple[str, ...], crops: str) -> tuple[dict, dict[str, bytes], str, str]:
    """The report on a labelled set, its pictures, which part was scored, and the report as text."""
    from trainer.evaluation.evaluate import evaluate as measure
    from trainer.evaluation.evaluate import format_report

    report, pictures, part = measure(model, data, crops, outliers)
    return report, pictures, part, format_report(report)


def _read(model: Path, spec: str, writers: str) -> tuple[dict, dict[str, bytes], str, str]:
    """The same on whole numbers."""
    from trainer.evaluation.ocr.evaluate import evaluate_numbers, format_numbers

    report, pictures = evaluate_numbers(model, spec, writers)
    data = report["data"]
    left_out = f", {data['left_out']:,} left out, whose labels are no numbers" if data["left_out"] else ""
    return report, pictures, f"{data['part']}, n = {data['n']:,}{left_out}", format_numbers(report)
