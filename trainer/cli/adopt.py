"""`trainer adopt`."""

from pathlib import Path
from typing import Any

import click

from inkling.errors import InvalidInput
from trainer.cli.completion import complete_data

LAYOUTS = ("nchw", "nhwc", "nhw", "flat")


class _Numbers(click.ParamType):
    """One number or several, separated by commas."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        try:
            return tuple(float(each) for each in value.split(",")) if isinstance(value, str) else value
        except ValueError:
            self.fail(f"{value!r} isn't a list of numbers.", param, ctx)


class _Size(click.ParamType):
    """HEIGHTxWIDTH, or one number for both."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if not isinstance(value, str):
            return value
        sides = value.lower().split("x")
        if len(sides) > 2 or not all(side.isdecimal() and int(side) > 0 for side in sides):
            self.fail(f"{value!r} isn't a size such as 28x28.", param, ctx)
        return int(sides[0]), int(sides[-1])


@click.command()
@click.argument("model", type=click.Path(path_type=Path, dir_okay=False), metavar="MODEL.onnx")
@click.option(
    "--labels",
    required=True,
    metavar="A,B,…|FILE",
    help="Labels in the order of the outputs: separated by commas, or a text file with one per line.",
)
@click.option(
    "--ink", type=click.Choice(["light", "dark"]), help="Polarity: light strokes on a dark ground, as in MNIST, or dark ones."
)
@click.option("--scale", type=click.Choice(["0-1", "0-255"]), help="Range of the pixels, before --mean and --std.")
@click.option(
    "--mean",
    type=_Numbers(),
    default=(),
    metavar="NUMBER[,…]",
    help="Subtracted from the pixels; one number or one per channel.",
)
@click.option("--std", type=_Numbers(), default=(), metavar="NUMBER[,…]", help="Divides the pixels after --mean.")
@click.option("--layout", type=click.Choice(LAYOUTS), help="Order of the input's axes.  [default: by the graph's shape]")
@click.option("--size", type=_Size(), metavar="HEIGHTxWIDTH", help="Size of the images.  [default: by the graph's shape]")
@click.option("--output-name", metavar="NAME", help="The output with one number per label, if the graph has several.")
@click.option(
    "--output",
    type=click.Choice(["probabilities", "logits", "scores"]),
    help="It holds probabilities; logits, for a softmax; or scores, to be divided by their sum.  [default: by its values]",
)
@click.option(
    "--data",
    metavar="SPEC",
    shell_complete=complete_data,
    help="Labeled dataset: its test split, or else all images, verifies the options and gives the card its report.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.onnx", help="Output file.  [default: models/NAME.onnx]")
def adopt(
    model: Path,
    labels: str,
    ink: str | None,
    scale: str | None,
    mean: tuple[float, ...],
    std: tuple[float, ...],
    layout: str | None,
    size: tuple[int, int] | None,
    output_name: str | None,
    output: str | None,
    data: str | None,
    out: Path | None,
) -> None:
    """Give an image classifier from elsewhere a model card, so that the server can serve it.

    Nodes in front of the graph bring our images into the form that it expects, nodes behind it turn its outputs into
    probabilities. Give what the graph's shapes don't say; the command asks for it.
    """
    from trainer.data.spec import load
    from trainer.export.adopt.adopt import adopt as adopt_model
    from trainer.export.adopt.input_format import InputOptions
    from trainer.runs.summary import MeasuredAccuracy

    options = InputOptions(layout, size, scale, mean, std, ink)
    dataset = None if data is None else load(data)
    path = out or Path("models") / f"{model.stem}.onnx"
    adopted = adopt_model(model, path, read_labels(labels), options, output_name, output, dataset)
    click.echo(f"input {adopted.source.describe()}; output {adopted.output_kind}", err=True)
    if adopted.report:
        measured = MeasuredAccuracy.measured(adopted.report["accuracy"], adopted.report["data"]["n"])
        click.echo(f"accuracy on {adopted.report['data']['name']}: {measured}", err=True)
    else:
        click.echo("not evaluated: --data SPEC verifies polarity, scale and labels", err=True)
    click.echo(path)


def read_labels(text: str) -> list[str]:
    """Return the labels in a list or in a file. Raises InvalidInput."""
    path = Path(text)
    if "," not in text:
        if not path.is_file():
            raise InvalidInput(f"--labels needs labels separated by commas, or a text file. There is no file {text!r:.80}.")
        try:
            labels = [line.strip() for line in path.read_text("utf-8-sig").splitlines()]
        except ValueError as error:
            raise InvalidInput(f"{path} isn't a text file in UTF-8.") from error
        labels = labels[:-1] if labels and not labels[-1] else labels
    else:
        labels = [label.strip() for label in text.split(",")]
    if len(labels) < 2 or not all(labels) or len(set(labels)) < len(labels):
        raise InvalidInput("The labels must be at least two different, non-empty texts.")
    return labels
