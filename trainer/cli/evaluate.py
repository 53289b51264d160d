"""`trainer evaluate`."""

import json
import sys
from pathlib import Path

import click

from trainer.cli.completion import complete_data
from trainer.cli.model_options import crops_option, model_argument
from trainer.evaluation.ocr.ground_truth import WRITER_CHOICES
from trainer.evaluation.output_folder import choose_folder, write_folder


@click.command()
@model_argument
@click.option(
    "--data",
    metavar="SPEC",
    shell_complete=complete_data,
    help="Labeled dataset, by name or path.  [default: the test images of the fit]",
)
@click.option(
    "--outliers",
    multiple=True,
    metavar="SPEC",
    help="Images with none of the labels: scribbles, faces, pairs, or a labeled dataset; repeat to combine.  "
    "[default: the run's own test outliers]",
)
@crops_option("image")
@click.option(
    "--numbers",
    metavar="SPEC",
    help="Evaluate on whole numbers instead: strokes, a folder with a subfolder per number, or lines:FILE, packed:FILE or "
    "pages:FILE, which compose lines of six digits (packed: overlapping) or pages of lines from single digits as strokes.",
)
@click.option(
    "--writers",
    type=click.Choice(WRITER_CHOICES),
    default="all",
    show_default=True,
    help="Writers of the numbers: all, or every second one by name. Develop on one half, measure on the other.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the plots.  [default: RUN/evaluation, or evaluation/NAME of MODEL.onnx]",
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
    """Evaluate a run or a model on a labeled dataset, with the server's own code. Writes confusion-matrix.png and mistakes.png.

    With --numbers: on whole numbers. Writes numbers.png, the worst ones.
    """
    if numbers is None and writers != "all":
        raise click.UsageError("--writers needs --numbers.")
    if numbers is not None and (data is not None or outliers or crops != "4"):
        raise click.UsageError("--numbers can't be combined with --data, --outliers or --crops.")
    if numbers is None:
        report, plots, part, text = _evaluate_images(model, data, outliers, crops)
    else:
        report, plots, part, text = _evaluate_numbers(model, numbers, writers)
    folder = out or choose_folder(model)
    write_folder(folder, model, plots)
    click.echo(f"{model}: {part}; plots in {folder}", err=True)
    if as_json:
        json.dump(report, sys.stdout, allow_nan=False)
        click.echo()
    else:
        click.echo(text)


def _evaluate_images(
    model: Path, data: str | None, outliers: tuple[str, ...], crops: str
) -> tuple[dict, dict[str, bytes], str, str]:
    """Return the report on a labeled dataset, its plots, the evaluated part, and the report as text."""
    from trainer.evaluation.evaluate import evaluate_model as evaluate_model
    from trainer.evaluation.evaluate import format_report

    report, plots, part = evaluate_model(model, data, crops, outliers)
    return report, plots, part, format_report(report)


def _evaluate_numbers(model: Path, spec: str, writers: str) -> tuple[dict, dict[str, bytes], str, str]:
    """Return the same for whole numbers."""
    from trainer.evaluation.ocr.evaluate import evaluate_numbers, format_numbers

    report, plots = evaluate_numbers(model, spec, writers)
    data = report["data"]
    left_out = f", {data['skipped']:,} skipped, since their labels are not numbers" if data["skipped"] else ""
    return report, plots, f"{data['selection']}, n = {data['n']:,}{left_out}", format_numbers(report)
