"""Combines labeled datasets and splits them into training, validation and test images."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inkling.datasets.dataset import Dataset, sort_labels
from inkling.errors import InvalidDataset, InvalidInput
from trainer.data.duplicates import fingerprints

TEST_SHARE = 0.2
"""Share of a dataset without its own test split that becomes the test split."""

SPLITS = TRAIN, VALIDATION, TEST = (0, 1, 2)
"""Codes of the splits in an assignment, int (n,)."""

FIRST_PART = 3
"""Code of the first part of a cross-validation."""

Group = bytes | tuple[str, str]
"""Identifies images that must be in the same split: those by one writer, or identical ones."""


@dataclass(frozen=True)
class Fold:
    """A part of a cross-validation: its index, from 0, and the number of parts."""

    index: int
    count: int


@dataclass(frozen=True)
class Split:
    """Training, validation and test images with the same labels. outliers: the same for images with none of the labels."""

    train: Dataset
    validation: Dataset
    test: Dataset
    outliers: "Split | None" = None


def read_fold(settings: dict[str, Any]) -> Fold | None:
    """Return the fold in the settings of a fit, None without cross-validation. Raises InvalidInput if there is no such fold."""
    index, count = settings.get("fold", 0), settings.get("folds", 0)
    if not index and not count:
        return None
    if not index < count or count < 2:
        raise InvalidInput(
            f"There is no fold {index} of {count}: --folds is at least 2, and --fold is below it, counted from 0."
        )
    return Fold(index, count)


def split(datasets: Sequence[Dataset], seed: int, validation: float, fold: Fold | None = None) -> Split:
    """Combine and split datasets: see `assign_splits`."""
    pool, assignment = assign_splits(datasets, seed, validation, fold)
    train, validation_images, test = (pool.take(assignment == code) for code in SPLITS)
    return Split(train, validation_images, test)


def assign_splits(
    datasets: Sequence[Dataset], seed: int, validation: float, fold: Fold | None = None
) -> tuple[Dataset, np.ndarray]:
    """Concatenate datasets and assign every image to a split: TRAIN, VALIDATION or TEST, int (n,).

    A dataset's own test split stays as it is. Of any other dataset, 20 % become test images, by writer if the dataset names
    writers, otherwise stratified by label. validation: share of the remaining images, 0 to below 1, that become validation
    images in the same way. A writer is in one split across all datasets, and identical images are in the same split unless a
    label has fewer than three different images. fold: in a cross-validation, all images are divided into parts in this way, and
    one part becomes the test split, also of a dataset that has its own.

    Raises InvalidDataset if a split would be empty or a label has no training images.
    """
    if not 0 <= validation < 1:
        raise InvalidInput(f"validation_split must be at least 0 and below 1, got {validation:g}.")
    pool = _combine(datasets)
    has_test_split = np.concatenate([np.full(len(dataset), dataset.in_test is not None) for dataset in datasets])
    assignment = np.full(len(pool), TRAIN)
    if fold is None:
        assignment[np.concatenate([own_test_mask(dataset) for dataset in datasets])] = TEST
    groups = _groups(datasets)
    dataset_index = np.repeat(np.arange(len(datasets)), [len(dataset) for dataset in datasets])
    strata = dataset_index * len(pool.labels) + pool.targets  # (n,), one number per label of each dataset

    rng = np.random.default_rng([seed, TEST])
    if fold is None:
        _move_share(assignment, np.flatnonzero(~has_test_split), TEST, TEST_SHARE, groups, strata, rng)
    else:
        parts = assignment.copy()
        for index in range(fold.index + 1):  # TRAIN marks the images that are in no part yet
            share = 1 / (fold.count - index)
            _move_share(parts, np.flatnonzero(parts == TRAIN), FIRST_PART + index, share, groups, strata, rng)
        assignment[parts == FIRST_PART + fold.index] = TEST
    if validation > 0:
        rng = np.random.default_rng([seed, VALIDATION])
        _move_share(assignment, np.flatnonzero(assignment == TRAIN), VALIDATION, validation, groups, strata, rng)
    _check_splits(pool, assignment, validation)
    return pool, assignment


def extend_splits(
    others: Sequence[Dataset], datasets: Sequence[Dataset], assignment: np.ndarray, seed: int, validation: float
) -> np.ndarray:
    """Assign the images of further datasets to splits, int (n,), consistently with the splits of `datasets`.

    assignment: the result of `assign_splits` for `datasets`. Writers and images that occur in these keep their split, so that
    nobody whose writing was trained on is tested. The rest is split as in `assign_splits`.
    """
    groups, count = _groups([*datasets, *others]), len(assignment)
    known = dict(zip(groups[:count], assignment.tolist(), strict=True))
    extended = np.where(np.concatenate([own_test_mask(dataset) for dataset in others]), TEST, TRAIN)
    is_known = np.array([group in known for group in groups[count:]])
    for index in np.flatnonzero(is_known & (extended == TRAIN)):
        extended[index] = known[groups[count + index]]
    sizes, max_labels = [len(dataset) for dataset in others], max(len(dataset.labels) for dataset in others)
    has_test_split = np.repeat([dataset.in_test is not None for dataset in others], sizes)
    strata = np.repeat(np.arange(len(others)), sizes) * max_labels + np.concatenate([dataset.targets for dataset in others])
    for code, share, is_free in ((TEST, TEST_SHARE, ~is_known & ~has_test_split), (VALIDATION, validation, ~is_known)):
        free = np.flatnonzero(is_free & (extended == TRAIN))
        _move_share(extended, free, code, share, groups[count:], strata, np.random.default_rng([seed, code]))
    return extended


def common_labels(counts: Iterable[dict[str, int]]) -> tuple[str, ...]:
    """Return the labels of combined datasets, from the images per label of each. Raises InvalidDataset for fewer than two."""
    labels = sort_labels({label for each in counts for label, n in each.items() if n})
    if len(labels) < 2:
        raise InvalidDataset(f"Training needs at least two labels, got {'only ' + labels[0] if labels else 'none'}.")
    return labels


def _combine(datasets: Sequence[Dataset]) -> Dataset:
    """Concatenate datasets, with one list of labels."""
    labels = common_labels(dataset.counts() for dataset in datasets)
    writers = [writer for dataset in datasets for writer in dataset.writers or ()]
    return Dataset(
        name=" + ".join(dataset.name for dataset in datasets),
        images=np.concatenate([dataset.images for dataset in datasets]),
        labels=labels,
        targets=np.concatenate([dataset.with_labels(labels).targets for dataset in datasets]),
        writers=tuple(writers) if all(dataset.writers for dataset in datasets) else None,
        strokes=tuple(strokes for dataset in datasets for strokes in dataset.strokes or [None] * len(dataset)),
    )


def own_test_mask(dataset: Dataset) -> np.ndarray:
    """Return which images are in the dataset's own test split, bool (n,)."""
    return np.zeros(len(dataset), bool) if dataset.in_test is None else dataset.in_test


def _groups(datasets: Sequence[Dataset]) -> list[Group]:
    """Return the group of each image: its writer, or its fingerprint."""
    groups: list[Group] = []
    for dataset in datasets:
        groups += [("writer", writer) for writer in dataset.writers] if dataset.writers else fingerprints(dataset.images)
    return groups


def _move_share(
    assignment: np.ndarray,
    free: np.ndarray,
    code: int,
    share: float,
    groups: list[Group],
    strata: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Move a share of the free images, given by their indices, int (m,), from the training split to another one.

    Groups that already have images in that split move to it; groups with training images that are not free stay.
    """
    present = {groups[index] for index in np.flatnonzero(assignment == code)}
    fixed = np.setdiff1d(np.flatnonzero(assignment == TRAIN), free)
    staying = {groups[index] for index in fixed} - present
    members: dict[Group, list[int]] = {}
    for index in free.tolist():
        if groups[index] in present:
            assignment[index] = code
        elif groups[index] not in staying:
            members.setdefault(groups[index], []).append(index)
    by_writer = [indices for group, indices in members.items() if isinstance(group, tuple)]
    by_image = [indices for group, indices in members.items() if not isinstance(group, tuple)]
    for index in [*_choose_writers(by_writer, strata, share, rng), *_choose_images(by_image, strata, share, rng)]:
        assignment[index] = code


def _choose_writers(writers: list[list[int]], strata: np.ndarray, share: float, rng: np.random.Generator) -> list[int]:
    """Choose about a share of every stratum, all or none of each writer's images.

    Goes through the writers in random order and takes each one that brings the counts of the strata closer to their share, by
    the sum of squares. Takes at least one of two or more writers, and all for a share of 1.
    """
    if share == 1:
        return [index for writer in writers for index in writer]
    if len(writers) < 2:
        return []
    counts = np.array([np.bincount(strata[indices], minlength=strata.max() + 1) for indices in writers], np.float64)
    missing = share * counts.sum(0)
    chosen = []
    for writer in rng.permutation(len(writers)):
        if np.square(missing - counts[writer]).sum() < np.square(missing).sum():
            missing -= counts[writer]
            chosen.append(writer)
    chosen = chosen or [min(range(len(writers)), key=lambda writer: len(writers[writer]))]
    return [index for writer in chosen for index in writers[writer]]


def _choose_images(groups: list[list[int]], strata: np.ndarray, share: float, rng: np.random.Generator) -> list[int]:
    """Choose a share of every stratum, at least one of three images, identical images together."""
    by_stratum: dict[int, list[list[int]]] = {}
    for indices in groups:
        by_stratum.setdefault(int(strata[indices[0]]), []).append(indices)
    chosen: list[int] = []
    for _, candidates in sorted(by_stratum.items()):
        count = sum(map(len, candidates))
        if len(candidates) < 3:
            candidates = [[index] for group in candidates for index in group]
        wanted = max(round(share * count), 1 if count >= 3 else 0)
        missing = wanted
        for position in rng.permutation(len(candidates)):
            if len(candidates[position]) <= missing:
                missing -= len(candidates[position])
                chosen += candidates[position]
        if missing == wanted > 0:
            smallest: list[int] = min(candidates, key=len)
            chosen += smallest
    return chosen


def _check_splits(pool: Dataset, assignment: np.ndarray, validation: float) -> None:
    """Raise InvalidDataset if a split is empty or a label has no training images."""
    names = {TRAIN: "training", TEST: "test"} | ({VALIDATION: "validation"} if validation > 0 else {})
    for code, name in names.items():
        if not (assignment == code).any():
            writers = f" by {len(set(pool.writers))} writers" if pool.writers else ""
            raise InvalidDataset(f"The {name} split would be empty: {pool.name} has only {len(pool):,} images{writers}.")
    counts = np.bincount(pool.targets[assignment == TRAIN], minlength=len(pool.labels))
    untrained = [label for label, count in zip(pool.labels, counts, strict=True) if count == 0]
    if untrained:
        shown = ", ".join(untrained[:10]) + (", …" if len(untrained) > 10 else "")
        raise InvalidDataset(f"There are no training images for {shown}: all of them are in another split.")
