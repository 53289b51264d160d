"""The argument and the option of the commands that use a model."""

from collections.abc import Callable
from pathlib import Path

import click

from inkling.models.crops import CROP_CHOICES
from trainer.cli.completion import complete_models

model_argument = click.argument(
    "model", type=click.Path(path_type=Path), metavar="RUN|MODEL.onnx", shell_complete=complete_models
)


def crops_option(input_name: str) -> Callable:
    """Decorate a command with --crops. input_name: what the crops are taken from."""
    return click.option(
        "--crops",
        type=click.Choice(CROP_CHOICES),
        default="4",
        show_default=True,
        help=f"Crops per {input_name}: the center, those of the model card, or all.",
    )
