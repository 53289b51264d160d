"""Scoring of candidate images by the network, batched and without duplicates."""

import numpy as np

from inkling.errors import TooLarge
from inkling.models.predictor import Predictor
from inkling.recognition.result import DigitResult


class CandidateScorer:
    """Collects candidate images and predicts all pending ones in one batch; equal images are predicted once.

    probabilities: float32 (n, labels), the scores of all images predicted so far.
    """

    def __init__(self, predictor: Predictor, max_images: int, max_digits: int):
        """max_images: distinct images accepted. max_digits: the limit from which it follows, for the error message."""
        self.predictor, self.max_images, self.max_digits = predictor, max_images, max_digits
        self.probabilities = np.empty((0, len(predictor.card.labels)), np.float32)
        self._index_by_image: dict[bytes, int] = {}
        self._images: list[np.ndarray] = []

    def add(self, image: np.ndarray) -> int:
        """Queue an image, uint8 (28, 28), and return its row in `probabilities`. Raises TooLarge beyond `max_images`."""
        index = self._index_by_image.setdefault(image.tobytes(), len(self._index_by_image))
        if index == len(self._images):
            self._images.append(image)
            if index >= self.max_images:
                raise TooLarge(f"The picture holds too many characters. At most {self.max_digits:,} digits are read.")
        return index

    def score_pending(self) -> None:
        """Predict all images that were added since the last call."""
        pending = self._images[len(self.probabilities) :]
        if pending:
            scores = self.predictor.predict(np.array(pending)).probabilities
            self.probabilities = np.concatenate([self.probabilities, scores])

    def confidence(self, index: int) -> float:
        """The highest probability of an image."""
        return float(self.probabilities[index].max())

    def digit(self, index: int, box: np.ndarray, probabilities: np.ndarray | None = None) -> DigitResult:
        """The result for an image with its box, int (4,). probabilities: float32 (labels,), to replace the network's."""
        if probabilities is None:
            probabilities = self.probabilities[index]
        card, image = self.predictor.card, self._images[index]
        label, confidence = card.labels[int(probabilities.argmax())], float(probabilities.max())
        return DigitResult(label, confidence, bool(card.is_known(probabilities)), box.tolist(), probabilities, image)
