"""Answered: the images of a scored set with what a network answered, small enough to be kept beside their report."""

import io
import zlib
from dataclasses import dataclass, fields

import numpy as np

from inkling.datasets.dataset import LabelledSet
from inkling.models.model_card import Card

ORDERS = ("index", "surest", "unsure", "mistakes")
"""As the set has them; the surest answers first; the least sure first; only the wrong ones, the surest first."""

PACKING = {"level": 1, "strategy": zlib.Z_RLE}
"""Runs alone are packed, of which paper is made: MNIST's images take 1.6 MB in 40 ms, as at zlib's usual level in 100."""


@dataclass(frozen=True)
class Answered:
    """m images of a set with a network's answers.

    index: int32 (m,), each image's position in the set, rising. images: uint8 (m, 28, 28). targets: int16 (m,), the right
    labels by their position in the model's. known: bool (m,). probabilities: float32 (m, labels).
    """

    index: np.ndarray
    images: np.ndarray
    targets: np.ndarray
    known: np.ndarray
    probabilities: np.ndarray

    @classmethod
    def of(cls, card: Card, data: LabelledSet, probabilities: np.ndarray, most: int) -> "Answered":
        """At most `most` images of a set whose targets count in the card's labels, with their answers, float32 (n, labels).

        Mistakes come first, the surest before the others; then images from all over the set.
        """
        n = len(data)
        kept = np.arange(n)
        if n > most:
            wrong = _surest_first(probabilities, np.flatnonzero(probabilities.argmax(1) != data.targets))[:most]
            others = np.setdiff1d(kept, wrong)
            spread = others[np.linspace(0, len(others) - 1, most - len(wrong)).astype(np.int64)]
            kept = np.sort(np.concatenate([wrong, spread]))
        answers = probabilities[kept]
        targets = data.targets[kept].astype(np.int16)
        return cls(kept.astype(np.int32), data.images[kept], targets, card.knows(answers), answers)

    def __len__(self) -> int:
        return len(self.index)

    def pack(self) -> bytes:
        """As bytes: every array in NumPy's own format, one after the other, packed together."""
        file = io.BytesIO()
        for field in fields(self):
            np.save(file, getattr(self, field.name), allow_pickle=False)
        packer = zlib.compressobj(**PACKING)
        return packer.compress(file.getvalue()) + packer.flush()

    @classmethod
    def unpack(cls, packed: bytes) -> "Answered":
        """What `pack` made."""
        file = io.BytesIO(zlib.decompress(packed))
        return cls(*(np.load(file, allow_pickle=False) for _ in fields(cls)))

    def find(
        self, order: str = "index", true: int | None = None, predicted: int | None = None, known: bool | None = None
    ) -> np.ndarray:
        """Which images, int (k,), are of a label, were read as a label, are known or not: in one of ORDERS."""
        winners = self.probabilities.argmax(1)
        wanted = np.ones(len(self), bool)
        for given, has in ((true, self.targets), (predicted, winners), (known, self.known)):
            if given is not None:
                wanted &= has == given
        if order == "mistakes":
            wanted &= winners != self.targets
        found = np.flatnonzero(wanted)
        if order == "index":
            return found
        surest = _surest_first(self.probabilities, found)
        return surest[::-1] if order == "unsure" else surest


def _surest_first(probabilities: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Positions, int (k,), by how sure their answers are; those that are as sure stay in order."""
    return which[np.argsort(-probabilities[which].max(1), kind="stable")]
