"""Read: picture -> reading."""

import numpy as np

from server.inference.errors import EmptyPicture
from server.inference.ink import find_ink
from server.inference.limits import Limits
from server.inference.normalise import normalise
from server.inference.parts import find_parts
from server.inference.predictor import Predictor
from server.inference.reading.reading import Digit, Line, Reading
from server.inference.sign import SOLID_LEVEL


def read(predictor: Predictor, picture: np.ndarray, limits: Limits) -> Reading:
    """Read all numbers in a picture, uint8 (height, width). Raises EmptyPicture where no digit is in it, and TooLarge."""
    ink = find_ink(picture)
    boxes = find_parts(ink >= SOLID_LEVEL).boxes
    boxes = boxes[(boxes[:, 3] - boxes[:, 1]) >= (boxes[:, 3] - boxes[:, 1]).max() / 3]
    boxes = boxes[np.argsort(boxes[:, 0])]
    if not len(boxes):
        raise EmptyPicture("Expected digits. Received a picture without any.")
    images = np.array([normalise(np.pad(255 - ink[t:b, le:r], 20, constant_values=255)) for le, t, r, b in boxes])
    answers = predictor.predict(images)
    digits = []
    for box, row in zip(boxes, answers.probabilities, strict=True):
        best = int(row.argmax())
        confidence = float(row[best])
        digits.append(
            Digit(predictor.card.labels[best], confidence, confidence >= predictor.card.threshold, box.tolist(), row)
        )
    return Reading([Line(digits)])
