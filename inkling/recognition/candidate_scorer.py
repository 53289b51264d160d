"""Answers: what the network makes of candidates, each image asked once, many at a time."""

import numpy as np

from inkling.errors import TooLarge
from inkling.models.predictor import Predictor
from inkling.recognition.result import Digit


class Answers:
    """Images are asked for, then fetched together."""

    def __init__(self, predictor: Predictor, most: int, max_digits: int):
        """most: images that may be asked for, where a picture may hold `max_digits`."""
        self.predictor, self.most, self.max_digits = predictor, most, max_digits
        self.probabilities = np.empty((0, len(predictor.card.labels)), np.float32)
        self._places: dict[bytes, int] = {}
        self._waiting: list[np.ndarray] = []

    def ask(self, image: np.ndarray | None) -> int | None:
        """Ask for an image, uint8 (28, 28): the place of its answer, None for None. Raises TooLarge beyond `most`."""
        if image is None:
            return None
        key = image.tobytes()
        place = self._places.setdefault(key, len(self._places))
        if place == len(self.probabilities) + len(self._waiting):
            self._waiting.append(image)
            if place >= self.most:
                raise TooLarge(f"Expected at most {self.max_digits:,} digits in a picture. Received one with far more signs.")
        return place

    def fetch(self) -> None:
        """Let the network answer what was asked since the last time."""
        if self._waiting:
            new = self.predictor.predict(np.array(self._waiting)).probabilities
            self.probabilities = np.concatenate([self.probabilities, new])
            self._waiting = []

    def confidence(self, place: int) -> float:
        """The greatest probability of one."""
        return float(self.probabilities[place].max())

    def known(self, place: int) -> bool:
        """Whether the card knows one."""
        return bool(self.predictor.card.knows(self.probabilities[place]))

    def digit(self, place: int, box: np.ndarray) -> Digit:
        """One as a digit with its box, int (4,)."""
        probabilities = self.probabilities[place]
        label = self.predictor.card.labels[int(probabilities.argmax())]
        return Digit(label, self.confidence(place), self.known(place), box.tolist(), probabilities)
