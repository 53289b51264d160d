"""Predictor: images -> probabilities, with one model's ONNX file."""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # before the import: afterwards a thread already runs and forks hang

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime

from inkling.errors import BadModel
from inkling.models.crops import cut, offsets
from inkling.models.model_card import CARD_KEY, Card

BATCH = 64
"""Crops a call of the runtime, as long as one image has no more. Larger calls are no faster, and every thread's heap keeps
the size of the largest activations it has seen."""


class Session(Protocol):
    """What answers crops: onnxruntime's session, or anything that is called like it."""

    def run(self, names: list[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """{"images": uint8 (n, size, size, 1)} -> [probabilities, float32 (n, labels)]."""


@dataclass(frozen=True)
class Answers:
    """What a model makes of n images.

    offsets: the (top, left) corners of the k crops that were averaged.
    crops: float32 (n, k, labels), each crop's own probabilities.
    probabilities: float32 (n, labels), their mean.
    """

    offsets: list[tuple[int, int]]
    crops: np.ndarray
    probabilities: np.ndarray


def open_session(model: str | bytes, folder: Path | None = None) -> onnxruntime.InferenceSession:
    """A session of the runtime for a model file, by its path or its bytes, as nets of this size are answered fastest.

    folder: where bytes find the files that hold parts of them.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False  # costs nothing at this size, and memory stays flat
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4  # what goes wrong is raised, and said once
    if folder is not None:
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class Predictor:
    """One loaded model. Make it in the process that answers: a session does not survive a fork."""

    def __init__(self, path: Path):
        """Load and check a model file. Raises BadModel with the rule it breaks."""
        try:
            self.session = open_session(str(path))
            text = self.session.get_modelmeta().custom_metadata_map.get(CARD_KEY)  # fails where it is no UTF-8
        except Exception as error:  # the runtime raises a dozen types of its own, none of them public
            raise BadModel(f"Expected an ONNX model. Received {path.name}, which the runtime cannot load.") from error
        try:
            self.card = Card.parse(text)
            self._check_graph()
        except BadModel as error:
            raise BadModel(f"{path.name}: {error}") from error

    @classmethod
    def over(cls, session: Session, card: Card) -> "Predictor":
        """A Predictor that answers with another runtime's session: how the trainer measures a network before export."""
        predictor = cls.__new__(cls)
        predictor.session, predictor.card = session, card
        return predictor

    def predict(self, images: np.ndarray, crops: str = "4") -> Answers:
        """Answer images, uint8 (n, 28, 28): each of the chosen crops on its own, and their mean.

        Averaging the probabilities over crops is what ConvNetJS' MNIST demo does. Raises BadInput for another `crops`.
        """
        corners = offsets(self.card, crops)
        answers = np.empty((len(images), len(corners), len(self.card.labels)), np.float32)
        step = max(1, BATCH // len(corners))
        for start in range(0, len(images), step):
            batch = images[start : start + step]
            flat = self.session.run(["probabilities"], {"images": cut(batch, corners, self.card.crop_size)})[0]
            answers[start : start + step] = flat.reshape(len(batch), len(corners), -1)  # (n * k, labels) -> (n, k, labels)
        return Answers(corners, answers, np.add.reduce(answers, 1) / len(corners))

    def _check_graph(self) -> None:
        size, labels = self.card.crop_size, len(self.card.labels)
        inputs, outputs = self.session.get_inputs(), self.session.get_outputs()
        takes = [(node.name, node.type, node.shape[1:]) for node in inputs]
        gives = [(node.name, node.type, node.shape[1:]) for node in outputs]
        if takes != [("images", "tensor(uint8)", [size, size, 1])]:
            raise BadModel(f"Expected one input, images, uint8 (N, {size}, {size}, 1). Received {takes}.")
        if gives != [("probabilities", "tensor(float)", [labels])]:
            raise BadModel(f"Expected one output, probabilities, float32 (N, {labels}), as the card says. Received {gives}.")
        for node in (*inputs, *outputs):
            if isinstance(node.shape[0], int):  # a free dimension has a name, or None
                raise BadModel(f"Expected {node.name} for any number N of crops. Received a graph for {node.shape[0]} only.")
