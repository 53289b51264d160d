"""Predictor: images -> probabilities, computed by a model's ONNX file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from inkling.errors import InvalidModel
from inkling.models.crops import crop_offsets, extract_crops
from inkling.models.line_network import LINE_NETWORK_KEY, LineNetwork
from inkling.models.model_card import CARD_KEY, ModelCard
from inkling.models.runtime import open_session

MAX_BATCH = 64
"""Crops per call of the runtime, unless one image has more. Larger calls are no faster, and each thread's heap keeps the size
of the largest activations it has seen."""

PROBABILITY_DECIMALS = 6
"""Of probabilities in results: float32 has about seven significant digits, and more would double the size of a response."""


class Session(Protocol):
    """Anything that is called like onnxruntime's InferenceSession."""

    def run(self, output_names: list[str], input_feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """{"images": uint8 (n, size, size, 1)} -> [probabilities, float32 (n, labels)]."""


@dataclass(frozen=True)
class Predictions:
    """The predictions for n images.

    offsets: the (top, left) corners of the k crops that were averaged.
    crops: float32 (n, k, labels), the probabilities for each crop.
    probabilities: float32 (n, labels), their mean.
    """

    offsets: list[tuple[int, int]]
    crops: np.ndarray
    probabilities: np.ndarray


class Predictor:
    """A loaded model. Create it in the process that uses it: a session doesn't survive a fork.

    line_network: reads whole lines, if the file has one.
    """

    session: Session
    card: ModelCard
    line_network: LineNetwork | None = None

    def __init__(self, path: Path):
        """Load and check a model file. Raises InvalidModel."""
        try:
            session = open_session(str(path))
            metadata = session.get_modelmeta().custom_metadata_map  # fails if it isn't UTF-8
        except Exception as error:  # the runtime raises a dozen exception types, none of them public
            raise InvalidModel(f"{path.name} isn't an ONNX model that the runtime can load.") from error
        try:
            self.session, self.card = session, ModelCard.parse(metadata.get(CARD_KEY))
            _check_graph(session, self.card)
            self.line_network = LineNetwork.from_metadata(metadata.get(LINE_NETWORK_KEY), self.card.labels)
        except InvalidModel as error:
            raise InvalidModel(f"{path.name}: {error}") from error

    @classmethod
    def from_session(cls, session: Session, card: ModelCard) -> "Predictor":
        """A Predictor that runs another session. The trainer uses it to evaluate a network before export."""
        predictor = cls.__new__(cls)
        predictor.session, predictor.card = session, card
        return predictor

    def predict(self, images: np.ndarray, crops: str = "4") -> Predictions:
        """Predict images, uint8 (n, 28, 28): for each of the chosen crops, and averaged over them.

        ConvNetJS' MNIST demo averages the probabilities of several crops, too. Raises InvalidInput if `crops` is unknown.
        """
        offsets = crop_offsets(self.card, crops)
        probabilities = np.empty((len(images), len(offsets), len(self.card.labels)), np.float32)
        step = max(1, MAX_BATCH // len(offsets))
        for start in range(0, len(images), step):
            batch = images[start : start + step]
            inputs = extract_crops(batch, offsets, self.card.crop_size)
            outputs = self.session.run(["probabilities"], {"images": inputs})[0]
            # (n * k, labels) -> (n, k, labels)
            probabilities[start : start + step] = outputs.reshape(len(batch), len(offsets), -1)
        return Predictions(offsets, probabilities, np.add.reduce(probabilities, 1) / len(offsets))


def _check_graph(session: Any, card: ModelCard) -> None:
    """Raises InvalidModel if the graph's inputs and outputs don't match the card."""
    size, labels = card.crop_size, len(card.labels)
    inputs, outputs = session.get_inputs(), session.get_outputs()
    input_types = [(node.name, node.type, node.shape[1:]) for node in inputs]
    output_types = [(node.name, node.type, node.shape[1:]) for node in outputs]
    if input_types != [("images", "tensor(uint8)", [size, size, 1])]:
        raise InvalidModel(f"Expected one input, images, uint8 (N, {size}, {size}, 1), got {input_types}.")
    if output_types != [("probabilities", "tensor(float)", [labels])]:
        raise InvalidModel(f"Expected one output, probabilities, float32 (N, {labels}), as in the card, got {output_types}.")
    for node in (*inputs, *outputs):
        if isinstance(node.shape[0], int):  # a free dimension has a name or None
            raise InvalidModel(f"{node.name} must accept any batch size N. The graph is fixed to {node.shape[0]}.")
