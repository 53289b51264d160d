"""The characters that training and validation lines are composed of, from labeled datasets of single digits."""

from collections.abc import Sequence

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidDataset
from trainer.data.outliers import assign_outliers
from trainer.data.split import TRAIN, VALIDATION, assign_splits
from trainer.data.synthetic.drawing import Strokes
from trainer.data.synthetic.text_lines import MIN_DISTINCT_DIGITS, digits_by_writer
from trainer.lines.samples import CharacterPool

DIGITS = tuple("0123456789")


def build_pools(
    datasets: Sequence[Dataset], letters: Sequence[Dataset], seed: int, validation: float
) -> tuple[CharacterPool, CharacterPool]:
    """Return the characters of the training and of the validation split: the same splits as those of `trainer fit`.

    letters: without those that look like digits. Raises InvalidDataset if no dataset has the strokes of known writers.
    """
    assignment = np.split(assign_splits(datasets, seed, validation)[1], np.cumsum([len(each) for each in datasets])[:-1])
    letter_assignment = assign_outliers(letters, datasets, seed, validation)
    pools = []
    for code in (TRAIN, VALIDATION):
        parts = [each.take(codes == code) for each, codes in zip(datasets, assignment, strict=True)]
        drawings = [
            strokes
            for each, codes in zip(letters, letter_assignment, strict=True)
            for strokes in each.take(codes == code).strokes or ()
            if strokes
        ]
        pools.append(_build_pool(parts, drawings))
    return pools[0], pools[1]


def _build_pool(parts: Sequence[Dataset], letters: list[Strokes]) -> CharacterPool:
    writers = []
    images, digits = [np.zeros((0, 28, 28), np.uint8)], [np.zeros(0, np.int64)]
    for part in parts:
        label_digits = np.array([int(label) if label in DIGITS else -1 for label in part.labels])
        if part.strokes is None or part.writers is None:
            is_digit = label_digits[part.targets] >= 0
            images.append(part.images[is_digit])
            digits.append(label_digits[part.targets][is_digit])
        else:
            writers += [{int(label): each for label, each in by_label.items()} for by_label in digits_by_writer(part).values()]
    if not writers:
        raise InvalidDataset(
            f"Lines are composed from the strokes of writers of {MIN_DISTINCT_DIGITS} or more different digits."
        )
    return CharacterPool(writers, np.concatenate(images), np.concatenate(digits), letters)
