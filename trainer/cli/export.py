"""`trainer export`."""

from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.onnx", help="Where to.  [default: models/NAME-OF-RUN.onnx]"
)
def export(run: Path, out: Path | None) -> None:
    """Turn a run into an ONNX file with its card: converted, checked against Keras, renamed into place."""
    from trainer.backend.device import prepare
    from trainer.runs.run import Run

    opened = Run.open(run)
    prepare("cpu")
    from trainer.export.exporter import export as write

    place = write(opened, out or Path("models") / f"{run.resolve().name}.onnx")
    from inkling.models.predictor import Predictor

    report = Predictor(place).card.fields["report"]
    click.echo(
        f"test accuracy {report['accuracy']:.2%} (4 crops), {report['one_crop']['accuracy']:.2%} (1 crop), "
        f"n = {report['data']['n']:,}; {place.stat().st_size / 1000:,.0f} kB",
        err=True,
    )
    click.echo(place)
