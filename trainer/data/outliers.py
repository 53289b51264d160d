"""Outliers: images with none of the labels. A network that is trained on some learns to give such images a low confidence
(outlier exposure: Hendrycks, Mazeika, Dietterich 2019).

A SPEC of outliers is the name of a synthetic kind, or any labeled dataset, from which images are removed whose label is one of
the network's labels or resembles one.
"""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidDataset
from trainer.data.spec import is_known, load, resolve_spec
from trainer.data.split import SPLITS, TEST, TRAIN, VALIDATION, Fold, Split, assign_splits, extend_splits
from trainer.data.synthetic.cache import cached_images
from trainer.data.synthetic.drawing import Strokes, draw_images
from trainer.data.synthetic.faces import draw_face
from trainer.data.synthetic.pairs import generate_pairs
from trainer.data.synthetic.scribbles import SCRIBBLE_KINDS
from trainer.data.synthetic.segmentation_samples import generate_wrong_segments

SYNTHETIC = ("scribbles", "faces", "pairs", "cuts")
"""The synthetic kinds. The position of a kind is part of its random seed."""

AUTO = "auto"
"""The SPEC that stands for `AUTOMATIC` where these help, and for no outliers elsewhere."""

AUTOMATIC = ("scribbles", "faces", "pairs")
MIN_VALIDATION_IMAGES = 200
"""With fewer, the rejection threshold, which may reject one of 200 validation images, can't be told from the data."""

SYNTHETIC_COUNTS = {TRAIN: 1_500, VALIDATION: 250, TEST: 500}
"""Images of each kind per split. They take five seconds to generate, once; augmentation varies them."""

CUTS_FACTORS = {TRAIN: 20, VALIDATION: 8, TEST: 8}
"""Multiplies the count of cuts: segments differ more from line to line."""

LOOKALIKES = {"0": "oO", "1": "iIl", "2": "zZ", "5": "sS", "6": "b", "8": "B", "9": "gq"}
"""Letters that are often written like a digit. The image alone does not tell them apart, so a network that learns to reject the
letter would also reject the digit."""


def choose_outliers(specs: Sequence[str], splits: Split) -> list[str]:
    """Replace AUTO by the synthetic outliers, if every label is a digit or a letter and there are enough validation images."""
    is_text = all(len(label) == 1 and label.isalnum() for label in splits.train.labels)
    automatic = AUTOMATIC if is_text and len(splits.validation) >= MIN_VALIDATION_IMAGES else ()
    return list(dict.fromkeys(each for spec in specs for each in (automatic if spec == AUTO else (spec,))))


def load_outliers(
    specs: Sequence[str],
    datasets: Sequence[Dataset],
    splits: Split,
    seed: int,
    validation: float,
    fold: Fold | None = None,
) -> tuple[list[Dataset], Split]:
    """Load outliers for the splits of `datasets`. Returns one Dataset per SPEC, and a Split of all of them.

    Synthetic outliers are generated for each split, pairs from the images of that split. Other datasets are split like
    `datasets`, and no writer is in two splits. Raises an InklingError.
    """
    labels = splits.train.labels
    loaded = {spec: remove_lookalikes(load(spec), labels) for spec in dict.fromkeys(specs) if spec not in SYNTHETIC}
    assigned = assign_outliers(list(loaded.values()), datasets, seed, validation, fold)
    assignments = dict(zip(loaded, assigned, strict=True))
    per_spec: list[Dataset] = []
    per_split: dict[int, list[Dataset]] = {code: [] for code in SPLITS}
    for spec in dict.fromkeys(specs):
        if spec in SYNTHETIC:
            images = dict(zip(SPLITS, (splits.train, splits.validation, splits.test), strict=True))
            parts = {code: generate_outliers(spec, images[code], seed, code) for code in SPLITS}
            per_spec.append(concatenate_datasets(list(parts.values()), spec))
        else:
            parts = {code: loaded[spec].take(assignments[spec] == code) for code in SPLITS}
            per_spec.append(loaded[spec])
        for code, part in parts.items():
            per_split[code].append(part)
    name = " + ".join(each.name for each in per_spec)
    train, validation_images, test = (concatenate_datasets(per_split[code], name) for code in SPLITS)
    return per_spec, Split(train, validation_images, test)


def assign_outliers(
    outliers: Sequence[Dataset], datasets: Sequence[Dataset], seed: int, validation: float, fold: Fold | None = None
) -> list[np.ndarray]:
    """Assign the images of each outlier dataset to splits so that no writer, of theirs or of `datasets`, is in two splits."""
    if not outliers:
        return []
    assignment = extend_splits(outliers, datasets, assign_splits(datasets, seed, validation, fold)[1], seed, validation)
    return np.split(assignment, np.cumsum([len(each) for each in outliers])[:-1])


def generate_outliers(kind: str, dataset: Dataset, seed: int, split: int) -> Dataset:
    """Generate synthetic outliers of one kind for one split, or read them from the cache.

    dataset: the images of that split, from which pairs and cuts are generated, and the labels.
    """
    count, key = SYNTHETIC_COUNTS[split] * (CUTS_FACTORS[split] if kind == "cuts" else 1), list[str]()
    labels: tuple[str, ...] = (kind.removesuffix("s"),)
    if kind == "scribbles":
        labels = tuple(
            draw.__name__ for draw, letters in SCRIBBLE_KINDS.items() if not {draw.__name__, *letters} & set(dataset.labels)
        )
    elif kind == "pairs":
        key = [dataset.sha256()]
    elif kind == "cuts":
        key = [_strokes_sha256(_single_characters(dataset))]
    counts = [len(chosen) for chosen in np.array_split(np.arange(count), len(labels))]

    def generate() -> np.ndarray:
        rng = np.random.default_rng([seed, SYNTHETIC.index(kind), split])
        if kind == "scribbles":
            functions = {draw.__name__: draw for draw in SCRIBBLE_KINDS}
            return np.concatenate([draw_images(functions[label], n, rng) for label, n in zip(labels, counts, strict=True)])
        if kind == "cuts":
            return generate_wrong_segments(_single_characters(dataset), count, rng)
        return draw_images(draw_face, count, rng) if kind == "faces" else generate_pairs(dataset, count, rng)

    images = cached_images(kind, [seed, split, count, labels, *key], generate)
    targets = np.repeat(np.arange(len(labels)), counts) if len(labels) > 1 else np.zeros(len(images), np.int64)
    return Dataset(kind, images, labels, targets)


def resolve_outliers(spec: str) -> str:
    """Make the path in a SPEC of outliers absolute. Raises InvalidDataset for an unknown SPEC."""
    if spec in SYNTHETIC:
        return spec
    if not is_known(spec):
        raise InvalidDataset(f"There are no outliers {spec!a:.200}. Use {', '.join(SYNTHETIC)}, or a dataset as for --data.")
    return resolve_spec(spec)


def remove_lookalikes(dataset: Dataset, labels: Sequence[str]) -> Dataset:
    """Remove the images whose label is, or resembles, one of the labels. Raises InvalidDataset if none are left."""
    kept = dataset.take(~np.array([resembles_label(each, labels) for each in dataset.labels])[dataset.targets])
    if not len(kept):
        raise InvalidDataset(f"{dataset.name} has no outliers: all of its labels are, or resemble, labels of the network.")
    return kept


def resembles_label(character: str, labels: Sequence[str]) -> bool:
    """Whether a character is one of the labels or resembles one, by `LOOKALIKES` in either direction."""
    return any(character in (label, *LOOKALIKES.get(label, "")) or label in LOOKALIKES.get(character, "") for label in labels)


def concatenate_datasets(datasets: Sequence[Dataset], name: str) -> Dataset:
    """Concatenate the images of datasets, with the union of their labels in order of appearance."""
    labels = tuple(dict.fromkeys(label for dataset in datasets for label in dataset.labels))
    return Dataset(
        name=name,
        images=np.concatenate([dataset.images for dataset in datasets]),
        labels=labels,
        targets=np.concatenate([dataset.with_labels(labels).targets for dataset in datasets]),
        strokes=tuple(strokes for dataset in datasets for strokes in dataset.strokes or [None] * len(dataset)),
    )


def _strokes_sha256(drawings: list[Strokes]) -> str:
    digest = sha256()
    for strokes in drawings:
        digest.update(str([len(stroke) for stroke in strokes]).encode())
        digest.update(b"".join(np.ascontiguousarray(stroke, "<f8").tobytes() for stroke in strokes))
    return digest.hexdigest()


def _single_characters(dataset: Dataset) -> list[Strokes]:
    """Return the drawings of single characters. Raises InvalidDataset if there are none."""
    is_single = np.array([len(label) == 1 for label in dataset.labels])[dataset.targets]
    drawings = [strokes for strokes, single in zip(dataset.strokes or (), is_single, strict=False) if strokes and single]
    if not drawings:
        raise InvalidDataset(f"The outliers 'cuts' need pen strokes of single characters, but {dataset.name} has none.")
    return drawings
