"""LabelledSet: images with the labels somebody gave them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from inkling.errors import BadData, EmptyPicture, TooLarge
from inkling.imaging.normalization import IMAGE_SIDE, normalise, normalise_all
from inkling.limits import Limits

LONGEST_LABEL = 100
"""Characters of a label: it has to fit beside a bar, into a table and into a file name."""


@dataclass(frozen=True)
class LabelledSet:
    """n images and what each is.

    name: where it came from, as reports and cards name it.
    images: uint8 (n, 28, 28), made by `normalise`.
    labels: the different labels; digits and other numbers in order of value, else alphabetically.
    targets: int64 (n,), the position of each image's label in `labels`.
    in_test: bool (n,), where the set itself names a test part, else None.
    writers: who wrote each image, where the set tells, else None.
    strokes: the pen strokes that each image was drawn from, each float64 (points, 2), where the set has them, else None.
    empty: how many pictures of the set were left out because they hold no ink.
    """

    name: str
    images: np.ndarray
    labels: tuple[str, ...]
    targets: np.ndarray
    in_test: np.ndarray | None = None
    writers: tuple[str, ...] | None = None
    strokes: tuple[list[np.ndarray] | None, ...] | None = None
    empty: int = 0

    @classmethod
    def of(
        cls,
        name: str,
        pictures: np.ndarray | Sequence[np.ndarray],
        labels: Sequence[str],
        limits: Limits,
        in_test: np.ndarray | None = None,
        writers: Sequence[str] | None = None,
        strokes: Sequence[list[np.ndarray]] | None = None,
    ) -> "LabelledSet":
        """Normalise pictures, uint8 (n, height, width) or n of them of any sizes, and check them against their labels.

        Raises BadData where there are no pictures, not one label for each, a label that cannot be shown, more labels than
        the limit, or no ink at all; TooLarge for more pictures than the limit.
        """
        check_count(max(len(pictures), len(labels)), limits)
        if len(pictures) != len(labels):
            raise BadData(
                f"Expected one label for each picture. Received {len(pictures):,} pictures and {len(labels):,} labels."
            )
        if len(pictures) == 0:
            raise BadData("Expected at least one picture. Received an empty set.")
        different = sort_labels(set(labels))
        if len(different) > limits.max_labels:
            raise BadData(f"Expected at most {limits.max_labels} different labels. Received {len(different):,}.")
        for label in different:
            check_label(label)
        images, kept = _normalise_each(pictures)
        if len(kept) == 0:
            raise BadData(f"Expected pictures with ink. Received {len(pictures):,} without any.")
        position = {label: index for index, label in enumerate(different)}
        targets = np.array([position[label] for label in labels], np.int64)[kept]
        return cls(
            name=name,
            images=images,
            labels=different,
            targets=targets,
            in_test=None if in_test is None else np.asarray(in_test, bool)[kept],
            writers=None if writers is None else tuple(writers[index] for index in kept),
            strokes=None if strokes is None else tuple(strokes[index] for index in kept),
            empty=len(pictures) - len(kept),
        )

    def __len__(self) -> int:
        return len(self.images)

    def counts(self) -> dict[str, int]:
        """How many images each label has."""
        return dict(zip(self.labels, np.bincount(self.targets, minlength=len(self.labels)).tolist(), strict=True))

    def sha256(self) -> str:
        """Fingerprint of the images and their labels, in their order."""
        digest = hashlib.sha256(self.images.tobytes())
        digest.update("\0".join(self.labels).encode())
        digest.update(self.targets.astype("<i8").tobytes())
        return digest.hexdigest()

    def take(self, which: np.ndarray) -> "LabelledSet":
        """The images at the given positions (int) or under the given mask (bool), with all of the labels kept."""
        positions = np.flatnonzero(which) if which.dtype == bool else which
        return replace(
            self,
            images=self.images[positions],
            targets=self.targets[positions],
            in_test=None if self.in_test is None else self.in_test[positions],
            writers=None if self.writers is None else tuple(self.writers[index] for index in positions),
            strokes=None if self.strokes is None else tuple(self.strokes[index] for index in positions),
        )

    def relabelled(self, labels: Sequence[str]) -> "LabelledSet":
        """The same images with targets that count in another list of labels. Raises BadData for a label not in it."""
        position = {label: index for index, label in enumerate(labels)}
        unknown = [label for label, n in self.counts().items() if n and label not in position]
        if unknown:
            raise BadData(f"Expected only the labels {_few(labels)}. Received {_few(unknown)} in {self.name}, too.")
        table = np.array([position.get(label, -1) for label in self.labels], np.int64)
        return replace(self, labels=tuple(labels), targets=table[self.targets])


def sort_labels(labels: set[str]) -> tuple[str, ...]:
    """Different labels in order: by value where all are whole numbers, else alphabetically."""
    if all(label.isascii() and label.isdigit() for label in labels):
        return tuple(sorted(labels, key=lambda label: (int(label), label)))
    return tuple(sorted(labels))


def check_label(label: str) -> None:
    """Raises BadData for a label that is blank, too long, or holds characters that cannot be shown, such as control codes."""
    if not label.strip() or len(label) > LONGEST_LABEL or not label.isprintable():
        raise BadData(f"Expected labels of 1 to {LONGEST_LABEL} printable characters. Received {label!a:.120}.")


def check_count(count: int, limits: Limits) -> None:
    """Raises TooLarge for more images than a set may have."""
    if count > limits.max_set_images:
        raise TooLarge(f"Expected at most {limits.max_set_images:,} images in a set. Received {count:,}.")


def check_size(height: int, width: int, limits: Limits) -> None:
    """Raises BadData or TooLarge for pictures without pixels or with more than the limit."""
    if height < 1 or width < 1:
        raise BadData(f"Expected pictures of at least 1×1 pixel. Received {height}×{width}.")
    if height * width > limits.max_picture_pixels or max(height, width) > limits.max_picture_side:
        raise TooLarge(
            f"Expected pictures of at most {limits.max_picture_pixels:,} pixels and {limits.max_picture_side:,} a side. "
            f"Received {height}×{width}."
        )


def image_of(picture: np.ndarray) -> np.ndarray:
    """A picture's image, uint8 (28, 28), or a blank one where it has no ink: `LabelledSet.of` counts those as empty.

    For readers that go through pictures one by one, so that no more than one large picture is held at a time.
    """
    try:
        return normalise(picture)
    except EmptyPicture:
        return np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)


def _normalise_each(pictures: np.ndarray | Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Images, uint8 (m, 28, 28), and the positions, int (m,), of the pictures with ink."""
    if isinstance(pictures, np.ndarray):
        return normalise_all(pictures)
    parts = [normalise_all(picture[None]) for picture in pictures]
    kept = np.array([index for index, (images, _) in enumerate(parts) if len(images)], np.int64)
    return np.concatenate([images for images, _ in parts]), kept


def _few(labels: Sequence[str]) -> str:
    shown = ", ".join(label[:20] for label in labels[:12])
    return shown + (", …" if len(labels) > 12 else "")
