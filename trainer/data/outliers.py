"""Outliers: images that are none of the labels. A network that sees some in training learns not to be sure of them
(outlier exposure: Hendrycks, Mazeika, Dietterich 2019).

A SPEC of outliers is one of the names below, which stand for drawings that are made up, or any labelled set; of that, images
whose label is one of the network's, or looks like one, are left out.
"""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidDataset
from trainer.data.spec import load
from trainer.data.split import TEST, TRAIN, VALIDATION, Split, assign, assign_beside
from trainer.data.synthetic.cache import keep_drawn
from trainer.data.synthetic.faces import face
from trainer.data.synthetic.pairs import pairs_of
from trainer.data.synthetic.pen import images_of
from trainer.data.synthetic.scribbles import KINDS
from trainer.data.synthetic.segmentation_samples import wrong_cuts

MADE_UP = ("scribbles", "faces", "pairs", "cuts")

COUNTS = {TRAIN: 1_500, VALIDATION: 250, TEST: 500}
"""Images of each of them: they take five seconds to make, once, and augmentation makes many of one."""

MORE = {"cuts": 8}
"""Times as many of one: no two lines are cut alike."""

PARTS = (TRAIN, VALIDATION, TEST)

LOOK_ALIKES = {"0": "oO", "1": "iIl", "2": "zZ", "5": "sS", "6": "b", "8": "B", "9": "gq"}
"""Letters that many hands write as they write the digit: nobody could tell which it is from the image alone, and a network
that is taught to doubt the one is taught to doubt the other."""


def gather(
    specs: Sequence[str], sets: Sequence[Dataset], parts: Split, seed: int, validation: float
) -> tuple[list[Dataset], Split]:
    """Load outliers for the parts of `sets`: a LabelledSet a SPEC, as far as it is used, and a Split of them all.

    Made-up ones are drawn anew for each part, and pairs of that part's own images. Any other set is parted as `sets` are,
    with every writer on one side. Raises an InklingError.
    """
    labels = parts.train.labels
    loaded = {spec: without(load(spec), labels) for spec in dict.fromkeys(specs) if spec not in MADE_UP}
    placed = part_outliers(list(loaded.values()), sets, seed, validation)
    taken: list[Dataset] = []
    by_part: dict[int, list[Dataset]] = {which: [] for which in PARTS}
    for spec in dict.fromkeys(specs):
        if spec in MADE_UP:
            own = dict(zip(PARTS, (parts.train, parts.validation, parts.test), strict=True))
            pieces = {which: make_up(spec, own[which], seed, which) for which in PARTS}
            taken.append(joined(list(pieces.values()), spec))
        else:
            part = placed[list(loaded).index(spec)]
            pieces = {which: loaded[spec].take(part == which) for which in PARTS}
            taken.append(loaded[spec])
        for which, piece in pieces.items():
            by_part[which].append(piece)
    name = " + ".join(known.name for known in taken)
    return taken, Split(*(joined(by_part[which], name) for which in PARTS))


def part_outliers(outliers: Sequence[Dataset], sets: Sequence[Dataset], seed: int, validation: float) -> list[np.ndarray]:
    """The part of each image of each outlier set, so that no writer of theirs or of `sets` is in two parts."""
    if not outliers:
        return []
    beside = assign_beside(outliers, sets, assign(sets, seed, validation)[1], seed, validation)
    return np.split(beside, np.cumsum([len(known) for known in outliers])[:-1])


def make_up(name: str, known: Dataset, seed: int, part: int) -> Dataset:
    """Made-up outliers of a name for one part: `known` holds that part's images, of which pairs are made, and the labels.

    They are drawn once, and kept: see `drawn`.
    """
    count, labels, told = COUNTS[part] * MORE.get(name, 1), (name.removesuffix("s"),), []
    if name == "scribbles":
        labels = tuple(kind.__name__ for kind, signs in KINDS.items() if not {kind.__name__, *signs} & set(known.labels))
    elif name == "pairs":
        told = [known.sha256()]
    elif name == "cuts":
        told = [_fingerprint(_drawings_of(known))]
    each = [len(chosen) for chosen in np.array_split(np.arange(count), len(labels))]

    def draw() -> np.ndarray:
        rng = np.random.default_rng([seed, MADE_UP.index(name), part])
        if name == "scribbles":
            drawers = {kind.__name__: kind for kind in KINDS}
            return np.concatenate([images_of(drawers[label], n, rng) for label, n in zip(labels, each, strict=True)])
        if name == "cuts":
            return wrong_cuts(_drawings_of(known), count, rng)
        return images_of(face, count, rng) if name == "faces" else pairs_of(known, count, rng)

    images = keep_drawn(name, [seed, part, count, labels, *told], draw)
    targets = np.repeat(np.arange(len(labels)), each) if len(labels) > 1 else np.zeros(len(images), np.int64)
    return Dataset(name, images, labels, targets)


def _fingerprint(drawings: list[list[np.ndarray]]) -> str:
    """Tells drawings from others: SHA-256 of their points, stroke by stroke."""
    digest = sha256()
    for strokes in drawings:
        digest.update(str([len(stroke) for stroke in strokes]).encode())
        digest.update(b"".join(np.ascontiguousarray(stroke, "<f8").tobytes() for stroke in strokes))
    return digest.hexdigest()


def _drawings_of(known: Dataset) -> list[list[np.ndarray]]:
    """A set's drawings of one sign each. Raises BadData where it has none."""
    names = np.array([len(label) == 1 for label in known.labels])[known.targets]
    drawings = [strokes for strokes, single in zip(known.strokes or (), names, strict=False) if strokes and single]
    if not drawings:
        raise InvalidDataset(
            f"Expected a set of strokes, to cut lines of them for outliers. Received {known.name}, which has none."
        )
    return drawings


def without(known: Dataset, labels: Sequence[str]) -> Dataset:
    """A set without the images that are, or look like, one of the labels. Raises BadData where no other is left."""
    kept = known.take(~np.array([could_be(label, labels) for label in known.labels])[known.targets])
    if not len(kept):
        raise InvalidDataset(
            f"Expected outliers other than the labels and what looks like them. Received none in {known.name}."
        )
    return kept


def could_be(sign: str, labels: Sequence[str]) -> bool:
    """Whether a sign is one of the labels or looks like one, by `LOOK_ALIKES` in either direction."""
    return any(sign in (label, *LOOK_ALIKES.get(label, "")) or label in LOOK_ALIKES.get(sign, "") for label in labels)


def joined(sets: Sequence[Dataset], name: str) -> Dataset:
    """The images of several sets one after the other; their labels, too, one set's after the other's."""
    labels = tuple(dict.fromkeys(label for known in sets for label in known.labels))
    return Dataset(
        name=name,
        images=np.concatenate([known.images for known in sets]),
        labels=labels,
        targets=np.concatenate([known.with_labels(labels).targets for known in sets]),
        strokes=tuple(drawing for known in sets for drawing in known.strokes or [None] * len(known)),
    )
