"""The work that every peer does for a request: decode a PNG, cut four crops, answer them, average, name the label.

In the folder DIGITS lie `model.onnx`, `model.keras` and `card.json`, which holds labels, offsets and the crops' size.
DIGITS_THREADS is the number of a session's threads, 0 for onnxruntime's own default: one for each core of the machine, on
that very core, even where the process is kept on another.
"""

import io
import json
import os
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(os.environ["DIGITS"])
CARD = json.loads((FOLDER / "card.json").read_text("utf-8"))


def read_image(data: bytes) -> Image.Image:
    """A picture file -> the picture."""
    return Image.open(io.BytesIO(data))


def cut(picture: Image.Image) -> np.ndarray:
    """A picture -> its crops, uint8 (k, size, size, 1)."""
    image = np.asarray(picture.convert("L").resize((28, 28)))
    size = CARD["size"]
    return np.stack([image[top : top + size, left : left + size, None] for top, left in CARD["offsets"]])


def make_session():
    """The model in onnxruntime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ["DIGITS_THREADS"])
    return onnxruntime.InferenceSession(FOLDER / "model.onnx", options, providers=["CPUExecutionProvider"])


def answer(session, picture: Image.Image) -> dict:
    """The answer of a session to a picture."""
    return describe(session.run(None, {"images": cut(picture)})[0])


def describe(probabilities: np.ndarray) -> dict:
    """Probabilities of each crop, (k, labels) -> the answer."""
    mean = probabilities.mean(axis=0)
    return {"label": CARD["labels"][int(mean.argmax())], "probabilities": mean.tolist()}
