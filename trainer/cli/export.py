"""`trainer export`."""

from pathlib import Path

import click

from trainer.cli.completion import complete_models


@click.command()
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN|MODEL.onnx", shell_complete=complete_models)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.onnx", help="Output file.  [default: models/NAME-OF-RUN.onnx]"
)
@click.option(
    "--lines",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Add the line network of a run of `trainer fit-lines`, which helps to read whole numbers.",
)
@click.option(
    "--full",
    type=click.Path(path_type=Path),
    metavar="FILE.onnx",
    help="Also write a full-image model, for programs other than the server: it takes 28×28 images and averages the crops "
    "inside. Of an exported MODEL.onnx, only this file is written.",
)
def export(run: Path, out: Path | None, lines: Path | None, full: Path | None) -> None:
    """Export a run as an ONNX model with its card: convert, compare with Keras, write atomically."""
    if run.is_file():
        if full is None or out is not None or lines is not None:
            raise click.UsageError(f"{run} is a file. Export a run, or write the full-image model of an ONNX file with --full.")
        _export_full(run, full)
        return
    from trainer.backend.device import prepare_backend
    from trainer.lines.run import LineRun
    from trainer.runs.run import Run

    opened, line_run = Run.open(run), None if lines is None else LineRun.open(lines)
    prepare_backend("cpu")
    from trainer.export.exporter import export as export_run

    path = export_run(opened, out or Path("models") / f"{run.resolve().name}.onnx", line_run)
    from inkling.models.predictor import Predictor
    from trainer.runs.summary import MeasuredAccuracy

    report = Predictor(path).card.raw["report"]
    averaged, single = (
        MeasuredAccuracy.measured(each["accuracy"], report["data"]["n"]) for each in (report, report["one_crop"])
    )
    size = f"{path.stat().st_size / 1000:,.0f} kB"
    crops = len(report["crops"])
    with_several = f"{averaged} with {crops} crops, " if crops > 1 else ""
    click.echo(f"test accuracy {with_several}{single} with 1 crop; {size}", err=True)
    click.echo(path)
    if full is not None:
        _export_full(path, full)


def _export_full(model: Path, path: Path) -> None:
    from trainer.export.full_image import export_full_image  # loads onnx

    click.echo(export_full_image(model, path))
