"""The work of each peer per request: decode a PNG, cut four crops, predict, average, return the label.

The folder DIGITS holds `model.onnx`, `model.keras` and `card.json` with labels, offsets and crop size. DIGITS_THREADS is the
number of threads of a session; 0 means onnxruntime's default, one thread pinned to each core of the machine, even if the
process itself is pinned to another.
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
    """Open a picture file."""
    return Image.open(io.BytesIO(data))


def cut(picture: Image.Image) -> np.ndarray:
    """The crops of a picture, uint8 (k, size, size, 1)."""
    image = np.asarray(picture.convert("L").resize((28, 28)))
    size = CARD["size"]
    return np.stack([image[top : top + size, left : left + size, None] for top, left in CARD["offsets"]])


def make_session():
    """Load the model into onnxruntime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ["DIGITS_THREADS"])
    return onnxruntime.InferenceSession(FOLDER / "model.onnx", options, providers=["CPUExecutionProvider"])


def predict(session, picture: Image.Image) -> dict:
    """Predict the label of a picture."""
    return to_json(session.run(None, {"images": cut(picture)})[0])


def to_json(probabilities: np.ndarray) -> dict:
    """Label and mean probabilities from those of each crop, (k, labels)."""
    mean = probabilities.mean(axis=0)
    return {"label": CARD["labels"][int(mean.argmax())], "probabilities": mean.tolist()}
