"""Model files: a graph with its card."""

from pathlib import Path
from typing import TYPE_CHECKING

from inkling.models.model_card import CARD_KEY, CARD_VERSION

if TYPE_CHECKING:
    import onnx


def write_model(model: "onnx.ModelProto", card: str, path: Path) -> None:
    """Write a model with a card, JSON, to a file."""
    from onnx import helper

    helper.set_model_props(model, {CARD_KEY: card})
    model.producer_name, model.producer_version = "inkling", str(CARD_VERSION)
    path.write_bytes(model.SerializeToString())
