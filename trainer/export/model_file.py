"""Model files: a graph with its card, and with a line network if it has one."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from inkling.models.line_network import LINE_NETWORK_KEY
from inkling.models.model_card import CARD_KEY, CARD_VERSION

if TYPE_CHECKING:
    import onnx


def write_model(model: "onnx.ModelProto", card: str, path: Path, line_network: bytes | None = None) -> None:
    """Write a model with a card, JSON, to a file. line_network: its ONNX file."""
    from onnx import helper

    metadata = {CARD_KEY: card}
    if line_network is not None:
        metadata[LINE_NETWORK_KEY] = base64.b64encode(line_network).decode()
    helper.set_model_props(model, metadata)
    model.producer_name, model.producer_version = "inkling", str(CARD_VERSION)
    path.write_bytes(model.SerializeToString())
