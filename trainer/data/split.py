"""Split: labelled sets added up and parted into training, validation and test."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from inkling.datasets.dataset import Dataset, sort_labels
from inkling.errors import InvalidDataset, InvalidInput
from trainer.data.duplicates import fingerprints

TEST_SHARE = 0.2
"""Of a set that names no test part."""

TRAIN, VALIDATION, TEST = range(3)

Group = bytes | tuple[str, str]


@dataclass(frozen=True)
class Split:
    """Three parts, each image of what was split in exactly one of them; their targets count in one list of labels.

    outliers: the same three parts of images that are none of the labels, where there are any.
    """

    train: Dataset
    validation: Dataset
    test: Dataset
    outliers: "Split | None" = None


def split(sets: Sequence[Dataset], seed: int, validation: float) -> Split:
    """Part sets, each by its own rule, and add them up: see `assign`."""
    pool, part = assign(sets, seed, validation)
    return Split(*(pool.take(part == which) for which in (TRAIN, VALIDATION, TEST)))


def assign(sets: Sequence[Dataset], seed: int, validation: float) -> tuple[Dataset, np.ndarray]:
    """All images of all sets, one set after the other, and the part of each: TRAIN, VALIDATION or TEST, int (n,).

    A test part that a set names stays the test part. Of any other set a fifth is the test part: by writer where the set
    names writers, else by image, each label of each set in proportion. `validation` is the share, 0 to below 1, of what
    is left to train on that is set aside in the same ways. A writer is one hand in all of the sets, and what is parted
    here keeps equal images together, unless a label has fewer than three different ones.

    Raises BadData where a part would be empty or a label could not be learnt.
    """
    if not 0 <= validation < 1:
        raise InvalidInput(f"Expected validation as a share from 0 to below 1. Received {validation:g}.")
    pool = _pool(sets)
    named = np.concatenate([np.full(len(known), known.in_test is not None) for known in sets])
    part = np.full(len(pool), TRAIN)
    part[np.concatenate([_test_part(known) for known in sets])] = TEST
    groups = _groups(sets)
    which_set = np.repeat(np.arange(len(sets)), [len(known) for known in sets])
    strata = which_set * len(pool.labels) + pool.targets  # (n,), one number for each label of each set

    _set_aside(part, np.flatnonzero(~named), TEST, TEST_SHARE, groups, strata, np.random.default_rng([seed, TEST]))
    if validation > 0:
        rest = np.flatnonzero(part == TRAIN)
        _set_aside(part, rest, VALIDATION, validation, groups, strata, np.random.default_rng([seed, VALIDATION]))
    _check(pool, part, validation)
    return pool, part


def assign_beside(
    further: Sequence[Dataset], sets: Sequence[Dataset], part: np.ndarray, seed: int, validation: float
) -> np.ndarray:
    """The part of each image of further sets, one set after the other, int (n,), by the same rules as in `assign`.

    part: what `assign` gave for `sets`. A writer, or an image, that is in these goes where it is there, so that no hand that
    was trained on is tested, whatever it wrote. The further sets themselves change nothing in `part`.
    """
    groups, count = _groups([*sets, *further]), len(part)
    place = dict(zip(groups[:count], part.tolist(), strict=True))
    beside = np.where(np.concatenate([_test_part(known) for known in further]), TEST, TRAIN)
    elsewhere = np.array([group in place for group in groups[count:]])
    for position in np.flatnonzero(elsewhere & (beside == TRAIN)):
        beside[position] = place[groups[count + position]]
    sizes, most = [len(known) for known in further], max(len(known.labels) for known in further)
    named = np.repeat([known.in_test is not None for known in further], sizes)
    strata = np.repeat(np.arange(len(further)), sizes) * most + np.concatenate([known.targets for known in further])
    for into, share, free in ((TEST, TEST_SHARE, ~elsewhere & ~named), (VALIDATION, validation, ~elsewhere)):
        rest = np.flatnonzero(free & (beside == TRAIN))
        _set_aside(beside, rest, into, share, groups[count:], strata, np.random.default_rng([seed, into]))
    return beside


def common_labels(counts: Iterable[dict[str, int]]) -> tuple[str, ...]:
    """The labels that any of some sets has an image of, by the images a label of each set. Raises BadData for less than two."""
    labels = sort_labels({label for known in counts for label, n in known.items() if n})
    if len(labels) < 2:
        raise InvalidDataset(
            f"Expected at least two labels to tell apart. Received {'only ' + labels[0] if labels else 'none'}."
        )
    return labels


def _pool(sets: Sequence[Dataset]) -> Dataset:
    """All images of all sets, with one list of labels."""
    labels = common_labels(known.counts() for known in sets)
    writers = [writer for known in sets for writer in known.writers or ()]
    return Dataset(
        name=" + ".join(known.name for known in sets),
        images=np.concatenate([known.images for known in sets]),
        labels=labels,
        targets=np.concatenate([known.with_labels(labels).targets for known in sets]),
        writers=tuple(writers) if all(known.writers for known in sets) else None,
        strokes=tuple(drawing for known in sets for drawing in known.strokes or [None] * len(known)),
    )


def _test_part(known: Dataset) -> np.ndarray:
    return np.zeros(len(known), bool) if known.in_test is None else known.in_test


def _groups(sets: Sequence[Dataset]) -> list[Group]:
    """What must stay together, for each image: all that its writer wrote, or all that look the same."""
    groups: list[Group] = []
    for known in sets:
        groups += [("writer", writer) for writer in known.writers] if known.writers else fingerprints(known.images)
    return groups


def _set_aside(
    part: np.ndarray,
    free: np.ndarray,
    into: int,
    share: float,
    groups: list[Group],
    strata: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Move a share of the free positions, int (m,), from training into another part.

    Whoever, or whatever image, a set has named for that part or for training already goes there as well.
    """
    already = {groups[position] for position in np.flatnonzero(part == into)}
    fixed = np.setdiff1d(np.flatnonzero(part == TRAIN), free)
    staying = {groups[position] for position in fixed} - already
    members: dict[Group, list[int]] = {}
    for position in free.tolist():
        if groups[position] in already:
            part[position] = into
        elif groups[position] not in staying:
            members.setdefault(groups[position], []).append(position)
    hands = [positions for group, positions in members.items() if isinstance(group, tuple)]
    alike = [positions for group, positions in members.items() if not isinstance(group, tuple)]
    for position in [*_whole_hands(hands, strata, share, rng), *_in_proportion(alike, strata, share, rng)]:
        part[position] = into


def _whole_hands(hands: list[list[int]], strata: np.ndarray, share: float, rng: np.random.Generator) -> list[int]:
    """Positions of about a share of every stratum, all or none of each hand's.

    Goes through the hands in random order and takes each that brings the counts of the strata nearer, by the sum of
    squares, to their share. Of two or more hands at least one is taken.
    """
    if len(hands) < 2:
        return []
    counts = np.array([np.bincount(strata[positions], minlength=strata.max() + 1) for positions in hands], np.float64)
    missing = share * counts.sum(0)
    taken = []
    for hand in rng.permutation(len(hands)):
        if np.square(missing - counts[hand]).sum() < np.square(missing).sum():
            missing -= counts[hand]
            taken.append(hand)
    taken = taken or [min(range(len(hands)), key=lambda hand: len(hands[hand]))]
    return [position for hand in taken for position in hands[hand]]


def _in_proportion(alike: list[list[int]], strata: np.ndarray, share: float, rng: np.random.Generator) -> list[int]:
    """Positions of a share of every stratum, at least one of three images, with those that are alike together."""
    of_stratum: dict[int, list[list[int]]] = {}
    for positions in alike:
        of_stratum.setdefault(int(strata[positions[0]]), []).append(positions)
    taken = []
    for _, pieces in sorted(of_stratum.items()):
        count = sum(map(len, pieces))
        if len(pieces) < 3:
            pieces = [[position] for positions in pieces for position in positions]
        wanted = max(round(share * count), 1 if count >= 3 else 0)
        room = wanted
        for index in rng.permutation(len(pieces)):
            if len(pieces[index]) <= room:
                room -= len(pieces[index])
                taken += pieces[index]
        if room == wanted > 0:
            taken += min(pieces, key=len)
    return taken


def _check(pool: Dataset, part: np.ndarray, validation: float) -> None:
    wanted = {TRAIN: "to train on", TEST: "to test on"} | ({VALIDATION: "to validate on"} if validation > 0 else {})
    for which, purpose in wanted.items():
        if not (part == which).any():
            hands = f" by {len(set(pool.writers))} writers" if pool.writers else ""
            raise InvalidDataset(
                f"Expected images {purpose}. Received {len(pool):,} images{hands} in {pool.name}: too few to part."
            )
    learnt = np.bincount(pool.targets[part == TRAIN], minlength=len(pool.labels))
    unlearnt = [label for label, count in zip(pool.labels, learnt, strict=True) if count == 0]
    if unlearnt:
        shown = ", ".join(unlearnt[:10]) + (", …" if len(unlearnt) > 10 else "")
        raise InvalidDataset(f"Expected images to train on for each label. Received none for {shown}: all are in another part.")
