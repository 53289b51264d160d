"""`trainer card`."""

from pathlib import Path

import click

from inkling.models.model_card import ModelCard
from trainer.cli.model_options import model_argument
from trainer.io.atomic import replace_file


@click.command()
@model_argument
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.md", help="Output file.  [default: standard output]"
)
def card(model: Path, out: Path | None) -> None:
    """Write the model card of a run or a model as Markdown, in the shape of Hugging Face's model cards.

    It has the labels, the training data with hashes, all settings, and the evaluation with n and 95 % intervals.
    """
    from trainer.export.markdown_card import markdown_card

    text = markdown_card(_read_card(model))
    if out is None:
        click.echo(text, nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    replace_file(out, lambda temporary: temporary.write_text(text, "utf-8"))
    click.echo(out)


def _read_card(model: Path) -> ModelCard:
    if model.is_dir():
        from trainer.backend.device import prepare_backend

        prepare_backend("cpu")
        from trainer.runs.run import Run
        from trainer.runs.run_card import run_card

        return run_card(Run.open(model))
    from trainer.evaluation.evaluate import load_predictor

    return load_predictor(model).card
