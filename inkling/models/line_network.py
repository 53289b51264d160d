"""LineNetwork: reads a whole line of digits at once. It is an ONNX model of its own in the metadata of a model's file."""

import base64
import binascii
import json
from typing import Any

import numpy as np

from inkling.errors import InvalidModel
from inkling.models.runtime import open_session

LINE_NETWORK_KEY = "inkling.line_network"
"""Key of the metadata of a model's file; the value is an ONNX file in base64."""

SYMBOLS_KEY = "inkling.symbols"
"""Key of the metadata of the line network's own file: its symbols without the blank, as a JSON list of strings."""

OTHER = "other"
"""The symbol of a character that is none of the model's labels."""


class LineNetwork:
    """A loaded line network. A line image is classified in steps of two columns, for CTC.

    labels: the symbols that are labels of the model, in its order. The classes of a step are these, OTHER, and the blank.
    """

    def __init__(self, data: bytes, labels: list[str]):
        """Load and check an ONNX file. labels: of the model that it belongs to. Raises InvalidModel."""
        try:
            self.session = open_session(data)
            symbols = json.loads(self.session.get_modelmeta().custom_metadata_map[SYMBOLS_KEY])
        except Exception as error:  # the runtime raises a dozen exception types, none of them public
            raise InvalidModel("Its line network isn't an ONNX model that the runtime can load.") from error
        if symbols != [*labels, OTHER]:
            raise InvalidModel(f"Its line network must have the model's labels and {OTHER!r} as symbols, got {symbols!r:.80}.")
        self.labels = labels
        _check_graph(self.session, len(symbols) + 1)

    @classmethod
    def from_metadata(cls, text: str | None, labels: list[str]) -> "LineNetwork | None":
        """Load the line network in the metadata of a model's file, None if it has none. Raises InvalidModel."""
        if text is None:
            return None
        try:
            data = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise InvalidModel("Its line network isn't valid base64.") from error
        return cls(data, labels)

    def predict(self, pixels: np.ndarray) -> np.ndarray:
        """Classify the steps of a line image, uint8 (28, width): natural logarithms of probabilities, float32 (steps, symbols).

        A step is two columns; the last of the symbols is the blank.
        """
        padded = np.pad(pixels, ((0, 0), (0, pixels.shape[1] % 2)))
        output: np.ndarray = self.session.run(["log_probabilities"], {"lines": padded[None, :, :, None]})[0][0]
        return output


def _check_graph(session: Any, symbols: int) -> None:
    inputs = [(node.name, node.type, node.shape[1:2] + node.shape[3:]) for node in session.get_inputs()]
    outputs = [(node.name, node.type, node.shape[2:]) for node in session.get_outputs()]
    if inputs != [("lines", "tensor(uint8)", [28, 1])]:
        raise InvalidModel(f"Its line network must have one input, lines, uint8 (N, 28, W, 1), got {inputs}.")
    if outputs != [("log_probabilities", "tensor(float)", [symbols])]:
        raise InvalidModel(
            f"Its line network must have one output, log_probabilities, float32 (N, T, {symbols}), got {outputs}."
        )
