"""`trainer predict`."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from inkling.errors import InklingError
from trainer.cli.model_options import crops_option, model_argument
from trainer.evaluation.picture_files import find_pictures, read_picture


@click.command()
@model_argument
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE…", type=click.Path())
@crops_option("picture")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object per picture, each in a line.")
def predict(model: Path, pictures: tuple[str, ...], crops: str, as_json: bool) -> None:
    """Predict the character in each PICTURE: a PNG, JPEG or WebP file, a folder of them, a pattern, or - for standard input.

    Prints the label with its confidence, the second choice, and "not sure" if the confidence is below the model's threshold.
    """
    from inkling.api.model import Model
    from trainer.evaluation.evaluate import load_predictor

    loaded = Model(load_predictor(model))
    names = list(find_pictures(pictures))
    width = max(len("picture"), *map(len, names))
    if not as_json:
        click.echo(f"{'picture':<{width}}  label       confidence  second choice")
    failed = 0
    for name in names:
        try:
            result = _predict(loaded, name, crops)
        except InklingError as error:
            failed += 1
            if as_json:
                click.echo(json.dumps({"picture": name, "error": {"code": error.code, "message": str(error)}}))
            click.echo(f"{name}: {error}", err=True)
            continue
        click.echo(json.dumps(result, ensure_ascii=False) if as_json else _format(result, width))
    if failed:
        click.echo(f"{failed} of {len(names)} pictures could not be predicted.", err=True)
        sys.exit(1)


def _predict(model: Any, name: str, crops: str) -> dict[str, Any]:
    prediction = model.predict(read_picture(name), crops=crops)
    return {
        "picture": name,
        "label": prediction.label,
        "confidence": prediction.confidence,
        "known": prediction.known,
        "multiple": prediction.multiple,
        "probabilities": prediction.probabilities,
    }


def _format(result: dict[str, Any], width: int) -> str:
    second, share = max(
        (each for each in result["probabilities"].items() if each[0] != result["label"]), key=lambda each: each[1]
    )
    notes = ["not sure"] * (not result["known"]) + ["several characters"] * result["multiple"]
    line = f"{result['picture']:<{width}}  {result['label']:<10}  {result['confidence']:>10.2%}  {second} {share:.2%}"
    return "  ".join([line, *notes])
