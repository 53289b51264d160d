"""`trainer export`."""

from pathlib import Path

import click

from trainer.cli.completion import complete_runs


@click.command()
@click.argument("run", type=click.Path(path_type=Path), shell_complete=complete_runs)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.onnx", help="Output file.  [default: models/NAME-OF-RUN.onnx]"
)
def export(run: Path, out: Path | None) -> None:
    """Export a run as an ONNX model with its card: convert, compare with Keras, write atomically."""
    from trainer.backend.device import prepare_backend
    from trainer.runs.run import Run

    opened = Run.open(run)
    prepare_backend("cpu")
    from trainer.export.exporter import export as export_run

    path = export_run(opened, out or Path("models") / f"{run.resolve().name}.onnx")
    from inkling.models.predictor import Predictor

    report = Predictor(path).card.raw["report"]
    click.echo(
        f"test accuracy {report['accuracy']:.2%} (4 crops), {report['one_crop']['accuracy']:.2%} (1 crop), "
        f"n = {report['data']['n']:,}; {path.stat().st_size / 1000:,.0f} kB",
        err=True,
    )
    click.echo(path)
