"""Dataset: images with their labels."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from inkling.errors import EmptyPicture, InvalidDataset, TooLarge
from inkling.imaging.normalization import IMAGE_SIDE, normalize, normalize_batch
from inkling.limits import Limits

MAX_LABEL_LENGTH = 100
"""In characters: a label has to fit next to a bar, into a table cell and into a file name."""


@dataclass(frozen=True)
class Dataset:
    """n labeled images.

    name: where the images came from, as shown in reports and model cards.
    images: uint8 (n, 28, 28), as returned by `normalize`.
    labels: the distinct labels, sorted by `sort_labels`.
    targets: int64 (n,), the index of each image's label in `labels`.
    in_test: bool (n,), which images are in the test split; None if the source has no test split.
    writers: who wrote each image, if the source says so.
    strokes: the pen strokes of each image, each float64 (points, 2), if the source has them.
    empty: number of pictures that were skipped because they contain no ink.
    warnings: sentences about what was lost in reading.
    """

    name: str
    images: np.ndarray
    labels: tuple[str, ...]
    targets: np.ndarray
    in_test: np.ndarray | None = None
    writers: tuple[str, ...] | None = None
    strokes: tuple[list[np.ndarray] | None, ...] | None = None
    empty: int = 0
    warnings: tuple[str, ...] = ()

    @classmethod
    def from_pictures(
        cls,
        name: str,
        pictures: np.ndarray | Sequence[np.ndarray],
        labels: Sequence[str],
        limits: Limits,
        in_test: np.ndarray | None = None,
        writers: Sequence[str] | None = None,
        strokes: Sequence[list[np.ndarray] | None] | None = None,
    ) -> "Dataset":
        """Normalize pictures, uint8 (n, height, width) or n arrays of different sizes, and check them against their labels.

        Raises InvalidDataset if there are no pictures, if the numbers of pictures and labels differ, if a label can't be
        displayed, if there are more labels than allowed or if no picture has ink; TooLarge if there are too many pictures.
        """
        check_count(max(len(pictures), len(labels)), limits)
        if len(pictures) != len(labels):
            raise InvalidDataset(f"Expected one label per picture, got {len(pictures):,} pictures and {len(labels):,} labels.")
        if len(pictures) == 0:
            raise InvalidDataset("The dataset is empty.")
        distinct = sort_labels(set(labels))
        if len(distinct) > limits.max_labels:
            raise InvalidDataset(f"Too many labels: {len(distinct):,}. At most {limits.max_labels} are allowed.")
        for label in distinct:
            check_label(label)
        images, positions = _normalize_each(pictures)
        if len(positions) == 0:
            raise InvalidDataset(f"None of the {len(pictures):,} pictures contains ink.")
        index_of = {label: index for index, label in enumerate(distinct)}
        targets = np.array([index_of[label] for label in labels], np.int64)[positions]
        return cls(
            name=name,
            images=images,
            labels=distinct,
            targets=targets,
            in_test=None if in_test is None else np.asarray(in_test, bool)[positions],
            writers=None if writers is None else tuple(writers[position] for position in positions),
            strokes=None if strokes is None else tuple(strokes[position] for position in positions),
            empty=len(pictures) - len(positions),
        )

    def __len__(self) -> int:
        return len(self.images)

    def counts(self) -> dict[str, int]:
        """Number of images per label."""
        return dict(zip(self.labels, np.bincount(self.targets, minlength=len(self.labels)).tolist(), strict=True))

    def sha256(self) -> str:
        """Hash of the images and their labels, in order."""
        digest = hashlib.sha256(self.images.tobytes())
        digest.update("\0".join(self.labels).encode())
        digest.update(self.targets.astype("<i8").tobytes())
        return digest.hexdigest()

    def take(self, indices: np.ndarray) -> "Dataset":
        """Select images by index (int) or by mask (bool). All labels are kept, including those without images."""
        positions = np.flatnonzero(indices) if indices.dtype == bool else indices
        return replace(
            self,
            images=self.images[positions],
            targets=self.targets[positions],
            in_test=None if self.in_test is None else self.in_test[positions],
            writers=None if self.writers is None else tuple(self.writers[index] for index in positions),
            strokes=None if self.strokes is None else tuple(self.strokes[index] for index in positions),
        )

    def with_labels(self, labels: Sequence[str]) -> "Dataset":
        """The same images with targets that index another list of labels. Raises InvalidDataset if a label is missing in it."""
        index_of = {label: index for index, label in enumerate(labels)}
        unknown = [label for label, count in self.counts().items() if count and label not in index_of]
        if unknown:
            raise InvalidDataset(f"{self.name} has labels that aren't expected: {_join(unknown)}. Allowed: {_join(labels)}.")
        mapping = np.array([index_of.get(label, -1) for label in self.labels], np.int64)
        return replace(self, labels=tuple(labels), targets=mapping[self.targets])


def rename_labels(dataset: Dataset, names: Sequence[str]) -> Dataset:
    """Give numeric labels names, in numeric order. A dataset whose labels are some of the names already stays as it is.

    Raises InvalidDataset for other labels, or if there are more or fewer numeric ones than names.
    """
    if not all(label.isascii() and label.isdigit() for label in dataset.labels):
        if set(dataset.labels) <= set(names):
            return dataset
        raise InvalidDataset(f"{dataset.name} has no numeric labels to name: {_join(dataset.labels)}.")
    if len(names) != len(dataset.labels):
        raise InvalidDataset(
            f"{dataset.name} has {len(dataset.labels)} labels, {_join(dataset.labels)}, but got {len(names)} names."
        )
    for name in names:
        check_label(name)
    return replace(dataset, labels=tuple(names)).with_labels(sort_labels(set(names)))


def sort_labels(labels: set[str]) -> tuple[str, ...]:
    """Sort by value if all labels are whole numbers, otherwise alphabetically."""
    if all(label.isascii() and label.isdigit() for label in labels):  # of any length: int() takes 4,300 digits
        return tuple(sorted(labels, key=lambda label: (len(label.lstrip("0")), label.lstrip("0"), label)))
    return tuple(sorted(labels))


def check_label(label: str) -> None:
    """Raises InvalidDataset if a label is blank, too long, or contains unprintable characters such as control codes."""
    if not label.strip() or len(label) > MAX_LABEL_LENGTH or not label.isprintable():
        raise InvalidDataset(f"Labels must have 1 to {MAX_LABEL_LENGTH} printable characters. Got {label!a:.120}.")


def check_count(count: int, limits: Limits) -> None:
    """Raises TooLarge if a dataset has more images than allowed."""
    if count > limits.max_dataset_images:
        raise TooLarge(f"The dataset has {count:,} images. At most {limits.max_dataset_images:,} are allowed.")


def check_pixels(count: int, limits: Limits) -> None:
    """Raises TooLarge if the pictures of a dataset have more pixels in total than allowed."""
    if count > limits.max_dataset_pixels:
        raise TooLarge(f"The pictures have more than {limits.max_dataset_pixels:,} pixels in total.")


def check_size(height: int, width: int, limits: Limits) -> None:
    """Raises InvalidDataset if pictures have no pixels, TooLarge if they have more than allowed."""
    if height < 1 or width < 1:
        raise InvalidDataset(f"Pictures need at least 1×1 pixel. Got {height}×{width}.")
    if height * width > limits.max_picture_pixels or max(height, width) > limits.max_picture_side:
        raise TooLarge(
            f"The pictures have {height}×{width} pixels. At most {limits.max_picture_pixels:,} pixels and "
            f"{limits.max_picture_side:,} per side are allowed."
        )


def normalize_or_blank(picture: np.ndarray) -> np.ndarray:
    """Normalize a picture to uint8 (28, 28); blank if it has no ink, which `Dataset.from_pictures` counts as empty.

    Lets readers process pictures one by one, so that only one large picture is in memory at a time.
    """
    try:
        return normalize(picture)
    except EmptyPicture:
        return np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)


def _normalize_each(pictures: np.ndarray | Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the images, uint8 (m, 28, 28), and the positions, int (m,), of the pictures that have ink."""
    if isinstance(pictures, np.ndarray):
        return normalize_batch(pictures)
    batches = [normalize_batch(picture[None]) for picture in pictures]
    positions = np.array([index for index, (images, _) in enumerate(batches) if len(images)], np.int64)
    return np.concatenate([images for images, _ in batches]), positions


def _join(labels: Sequence[str]) -> str:
    shown = ", ".join(label[:20] for label in labels[:12])
    return shown + (", …" if len(labels) > 12 else "")
