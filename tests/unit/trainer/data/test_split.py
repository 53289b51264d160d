"""Split: what each part holds, by which rule, and that nothing is in two of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.datasets.dataset import Dataset
from inkling.datasets.loader import load_path
from inkling.errors import InvalidDataset, InvalidInput
from inkling.limits import Limits
from tests.support.dataset_files import drawings
from trainer.data.duplicates import duplicate_mask
from trainer.data.split import Split, split

ALL = drawings(600)


def a_set(targets: list[int], first: int = 0, labels: str = "abc", **fields) -> Dataset:
    """A set of different images with the given targets."""
    known = Dataset("set", ALL[first : first + len(targets)], tuple(labels), np.array(targets, np.int64))
    return replace(known, **fields)


def turns(count: int, different: int = 3) -> list[int]:
    """Targets that take turns."""
    return [index % different for index in range(count)]


def parts_of(parts: Split) -> list[Dataset]:
    """The three parts in order."""
    return [parts.train, parts.validation, parts.test]


def pairs(known: Dataset) -> list[tuple[bytes, str]]:
    """Each image with its label."""
    return [(image.tobytes(), known.labels[target]) for image, target in zip(known.images, known.targets, strict=True)]


def test_fifth_of_each_label() -> None:
    """Without a named test part a fifth of each label is the test part, and validation is a share of the rest."""
    parts = split([a_set([0] * 100 + [1] * 50 + [2] * 10)], 0, 0.25)
    assert parts.test.counts() == {"a": 20, "b": 10, "c": 2}
    assert parts.validation.counts() == {"a": 20, "b": 10, "c": 2}
    assert parts.train.counts() == {"a": 60, "b": 30, "c": 6}


def test_named_test_part_stays() -> None:
    """A test part that the set names is the test part, in its order, and validation comes out of the rest."""
    known = a_set(turns(60), in_test=np.arange(60) % 4 == 1)
    for seed in (0, 1):
        parts = split([known], seed, 0.2)
        assert pairs(parts.test) == pairs(known.take(known.in_test))
        assert parts.validation.counts() == {"a": 3, "b": 3, "c": 3}


def test_mnist_is_parted_as_ever(mnist_folder: Path) -> None:
    """MNIST's own 10,000 are the test part, and share no image with its 60,000."""
    known = load_path(mnist_folder, Limits())
    parts = split([known], 0, 0.05)
    assert [len(part) for part in parts_of(parts)] == [57_000, 3_000, 10_000]
    assert parts.test.images.tobytes() == known.images[60_000:].tobytes()
    assert duplicate_mask(parts.train, parts.test).sum() == 0
    assert duplicate_mask(parts.train, parts.validation).sum() == 0


@given(
    sizes=st.lists(st.integers(6, 60), min_size=1, max_size=4),
    kinds=st.lists(st.sampled_from(["plain", "named", "written"]), min_size=4, max_size=4),
    seed=st.integers(0, 2**31),
    validation=st.sampled_from([0, 0.05, 0.3]),
)
@settings(max_examples=80, deadline=None)
def test_everything_is_in_one_part(sizes: list[int], kinds: list[str], seed: int, validation: float) -> None:
    """Whatever sets add up: each image is in exactly one part, with its label, and no hand is in two."""
    sets, first = [], 0
    for size, kind in zip(sizes, kinds, strict=False):
        known = a_set(turns(size), first)
        if kind == "named":
            known = replace(known, in_test=np.arange(size) % 3 == 0)
        if kind == "written":
            known = replace(known, writers=tuple(f"w{index % 5}" for index in range(size)))
        sets.append(known)
        first += size
    try:
        parts = split(sets, seed, validation)
    except InvalidDataset as refused:
        assert "Expected images" in str(refused)  # noqa: PT017 - small sets by few writers may be too few
        return
    everything = [pair for known in sets for pair in pairs(known)]
    found = [pair for part in parts_of(parts) for pair in pairs(part)]
    assert len(found) == len(set(found)) == len(everything)
    assert set(found) == set(everything)
    hands = dict(pair for known in sets if known.writers for pair in zip(pairs(known), known.writers, strict=True))
    seen = [{hands[pair] for pair in pairs(part) if pair in hands} for part in parts_of(parts)]
    assert sum(map(len, seen)) == len(set().union(*seen))
    assert len({part.labels for part in parts_of(parts)}) == 1


def test_deterministic_by_seed() -> None:
    """The same seed gives the same parts, another seed others; validation does not move the test part."""
    known = a_set(turns(90))
    first, again, other = (split([known], seed, 0.1) for seed in (7, 7, 8))
    assert [part.sha256() for part in parts_of(first)] == [part.sha256() for part in parts_of(again)]
    assert first.test.sha256() != other.test.sha256()
    assert first.test.sha256() == split([known], 7, 0.4).test.sha256()


def test_by_writer() -> None:
    """Where writers are named, each part has writers of its own, and about its share of the images."""
    writers = tuple(f"w{index // 20}" for index in range(400))
    parts = split([a_set(turns(400), writers=writers)], 3, 0.1)
    hands = [set(part.writers) for part in parts_of(parts)]
    assert sum(map(len, hands)) == len(set().union(*hands)) == 20
    assert 60 <= len(parts.test) <= 100
    assert 20 <= len(parts.validation) <= 60


def test_a_writer_is_one_hand_in_all_sets() -> None:
    """Somebody who wrote in two sets, one with a named test part, is on one side."""
    first = a_set(turns(60), writers=tuple(f"w{index % 6}" for index in range(60)))
    second = a_set(turns(60), 60, writers=tuple(f"w{index % 6}" for index in range(60)))
    in_test = np.array([writer == "w2" for writer in second.writers])
    parts = split([first, replace(second, in_test=in_test)], 0, 0.2)
    assert not set(parts.train.writers) & set(parts.test.writers)
    assert parts.test.writers.count("w2") == 20


def test_equal_images_stay_together() -> None:
    """Images that were put into a set twice, or into two sets, are not parted."""
    known = a_set(turns(120))
    twice = [replace(known, images=known.images[np.arange(120) // 6 * 6]), replace(known, images=known.images[::-1])]
    for sets in ([known, twice[1]], [twice[0], known]):
        parts = split(sets, 1, 0.2)
        for others in (parts.validation, parts.test):
            assert duplicate_mask(parts.train, others).sum() == 0


def test_copies_of_a_named_set_go_where_it_has_them() -> None:
    """An image of MNIST's test part that comes along in another set is not trained on, and the other way round."""
    named = a_set(turns(60), in_test=np.arange(60) < 20)
    copies_and_more = a_set(turns(90))
    parts = split([named, copies_and_more], 0, 0.2)
    for others in (parts.validation, parts.test):
        assert duplicate_mask(parts.train, others).sum() == 0
    assert len(parts.test) == 20 + 20 + 6


def test_a_label_that_is_always_the_same_image() -> None:
    """Where a label has fewer than three different images, the copies are parted one by one."""
    same = a_set(turns(60), images=ALL[turns(60)])
    parts = split([same], 0, 0.25)
    assert parts.test.counts() == parts.validation.counts() == {"a": 4, "b": 4, "c": 4}


def test_sets_add_up_with_their_own_labels() -> None:
    """Labels of all sets make one list, in order."""
    digits, letters = a_set(turns(30), labels="012"), a_set(turns(30), 30, labels="abc")
    parts = split([letters, digits], 0, 0.2)
    assert parts.train.labels == parts.validation.labels == parts.test.labels == tuple("012abc")
    assert parts.train.name == "set + set"
    assert set(parts.test.counts().values()) == {2}


def test_a_label_without_images_is_no_label() -> None:
    """A label of which no picture was left is not one that the network learns."""
    assert split([a_set(turns(30, 2))], 0, 0.2).train.labels == ("a", "b")


REFUSED = {
    "one label": ([a_set([0] * 30)], "two labels to tell apart. Received only a."),
    "one image a label": ([a_set([0, 1, 2])], "to test on"),
    "one writer": ([a_set(turns(30), writers=("w",) * 30)], "to test on. Received 30 images by 1 writers"),
    "two writers": ([a_set(turns(30), writers=("v", "w") * 15)], "to validate on"),
    "a test part alone": ([a_set(turns(30), in_test=np.ones(30, bool))], "to train on"),
    "a label in the test part alone": (
        [a_set([0, 1] * 14 + [2, 2], in_test=np.arange(30) >= 26)],
        "Received none for c",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_too_small(name: str) -> None:
    """Sets from which nothing could be learnt or measured are refused with the reason."""
    sets, sentence = REFUSED[name]
    with pytest.raises(InvalidDataset) as refused:
        split(sets, 0, 0.2)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("validation", [-0.1, 1, float("nan")])
def test_share_out_of_range(validation: float) -> None:
    """A share that leaves nothing to train on is refused."""
    with pytest.raises(InvalidInput, match="from 0 to below 1"):
        split([a_set(turns(30))], 0, validation)
