"""Splits: sizes, groups and determinism."""

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
from trainer.data.split import Fold, Split, read_fold, split

ALL = drawings(600)


def make_dataset(targets: list[int], first: int = 0, labels: str = "abc", **fields) -> Dataset:
    """A dataset of distinct images with the given targets."""
    dataset = Dataset("set", ALL[first : first + len(targets)], tuple(labels), np.array(targets, np.int64))
    return replace(dataset, **fields)


def alternate(count: int, different: int = 3) -> list[int]:
    """Alternating targets."""
    return [index % different for index in range(count)]


def in_order(parts: Split) -> list[Dataset]:
    """Training, validation and test images."""
    return [parts.train, parts.validation, parts.test]


def image_label_pairs(dataset: Dataset) -> list[tuple[bytes, str]]:
    """Each image with its label."""
    return [(image.tobytes(), dataset.labels[target]) for image, target in zip(dataset.images, dataset.targets, strict=True)]


def test_shares_of_each_label() -> None:
    """20 % of each label are test images, and validation is a share of the rest."""
    parts = split([make_dataset([0] * 100 + [1] * 50 + [2] * 10)], 0, 0.25)
    assert parts.test.counts() == {"a": 20, "b": 10, "c": 2}
    assert parts.validation.counts() == {"a": 20, "b": 10, "c": 2}
    assert parts.train.counts() == {"a": 60, "b": 30, "c": 6}


def test_the_own_test_split_stays() -> None:
    """In its order; validation images come from the rest."""
    dataset = make_dataset(alternate(60), in_test=np.arange(60) % 4 == 1)
    for seed in (0, 1):
        parts = split([dataset], seed, 0.2)
        assert image_label_pairs(parts.test) == image_label_pairs(dataset.take(dataset.in_test))
        assert parts.validation.counts() == {"a": 3, "b": 3, "c": 3}


def test_mnist(mnist_folder: Path) -> None:
    """The test split has the usual 10,000 images, and no image is in two splits."""
    dataset = load_path(mnist_folder, Limits())
    parts = split([dataset], 0, 0.05)
    assert [len(part) for part in in_order(parts)] == [57_000, 3_000, 10_000]
    assert parts.test.images.tobytes() == dataset.images[60_000:].tobytes()
    assert duplicate_mask(parts.train, parts.test).sum() == 0
    assert duplicate_mask(parts.train, parts.validation).sum() == 0


@given(
    sizes=st.lists(st.integers(6, 60), min_size=1, max_size=4),
    kinds=st.lists(st.sampled_from(["plain", "named", "written"]), min_size=4, max_size=4),
    seed=st.integers(0, 2**31),
    validation=st.sampled_from([0, 0.05, 0.3]),
)
@settings(max_examples=80, deadline=None)
def test_every_image_is_in_one_split(sizes: list[int], kinds: list[str], seed: int, validation: float) -> None:
    """With its label, for any combination of datasets; no writer is in two splits."""
    sets, first = [], 0
    for size, kind in zip(sizes, kinds, strict=False):
        dataset = make_dataset(alternate(size), first)
        if kind == "named":
            dataset = replace(dataset, in_test=np.arange(size) % 3 == 0)
        if kind == "written":
            dataset = replace(dataset, writers=tuple(f"w{index % 5}" for index in range(size)))
        sets.append(dataset)
        first += size
    try:
        parts = split(sets, seed, validation)
    except InvalidDataset:
        return  # small datasets by few writers
    everything = [pair for dataset in sets for pair in image_label_pairs(dataset)]
    found = [pair for part in in_order(parts) for pair in image_label_pairs(part)]
    assert len(found) == len(set(found)) == len(everything)
    assert set(found) == set(everything)
    writers = dict(
        pair for dataset in sets if dataset.writers for pair in zip(image_label_pairs(dataset), dataset.writers, strict=True)
    )
    seen = [{writers[pair] for pair in image_label_pairs(part) if pair in writers} for part in in_order(parts)]
    assert sum(map(len, seen)) == len(set().union(*seen))
    assert len({part.labels for part in in_order(parts)}) == 1


def test_the_seed_determines_the_split() -> None:
    """The validation share does not affect the test split."""
    dataset = make_dataset(alternate(90))
    first, again, other = (split([dataset], seed, 0.1) for seed in (7, 7, 8))
    assert [part.sha256() for part in in_order(first)] == [part.sha256() for part in in_order(again)]
    assert first.test.sha256() != other.test.sha256()
    assert first.test.sha256() == split([dataset], 7, 0.4).test.sha256()


def test_splits_by_writer() -> None:
    """Each split has its own writers, and about its share of the images."""
    writers = tuple(f"w{index // 20}" for index in range(400))
    parts = split([make_dataset(alternate(400), writers=writers)], 3, 0.1)
    writers = [set(part.writers) for part in in_order(parts)]
    assert sum(map(len, writers)) == len(set().union(*writers)) == 20
    assert 60 <= len(parts.test) <= 100
    assert 20 <= len(parts.validation) <= 60


def test_writers_are_shared_across_datasets() -> None:
    """A writer in two datasets is in one split."""
    first = make_dataset(alternate(60), writers=tuple(f"w{index % 6}" for index in range(60)))
    second = make_dataset(alternate(60), 60, writers=tuple(f"w{index % 6}" for index in range(60)))
    in_test = np.array([writer == "w2" for writer in second.writers])
    parts = split([first, replace(second, in_test=in_test)], 0, 0.2)
    assert not set(parts.train.writers) & set(parts.test.writers)
    assert parts.test.writers.count("w2") == 20


def test_identical_images_are_in_one_split() -> None:
    """Within a dataset and across datasets."""
    dataset = make_dataset(alternate(120))
    twice = [replace(dataset, images=dataset.images[np.arange(120) // 6 * 6]), replace(dataset, images=dataset.images[::-1])]
    for sets in ([dataset, twice[1]], [twice[0], dataset]):
        parts = split(sets, 1, 0.2)
        for others in (parts.validation, parts.test):
            assert duplicate_mask(parts.train, others).sum() == 0


def test_copies_follow_the_own_test_split() -> None:
    """In either direction."""
    named = make_dataset(alternate(60), in_test=np.arange(60) < 20)
    copies_and_more = make_dataset(alternate(90))
    parts = split([named, copies_and_more], 0, 0.2)
    for others in (parts.validation, parts.test):
        assert duplicate_mask(parts.train, others).sum() == 0
    assert len(parts.test) == 20 + 20 + 6


def test_labels_with_fewer_than_three_images() -> None:
    """Their copies are split one by one."""
    same = make_dataset(alternate(60), images=ALL[alternate(60)])
    parts = split([same], 0, 0.25)
    assert parts.test.counts() == parts.validation.counts() == {"a": 4, "b": 4, "c": 4}


def test_labels_of_combined_datasets() -> None:
    """One list, in order."""
    digits, letters = make_dataset(alternate(30), labels="012"), make_dataset(alternate(30), 30, labels="abc")
    parts = split([letters, digits], 0, 0.2)
    assert parts.train.labels == parts.validation.labels == parts.test.labels == tuple("012abc")
    assert parts.train.name == "set + set"
    assert set(parts.test.counts().values()) == {2}


def test_labels_without_images_are_dropped() -> None:
    """The network does not learn them."""
    assert split([make_dataset(alternate(30, 2))], 0, 0.2).train.labels == ("a", "b")


TOO_SMALL = {
    "one label": [make_dataset([0] * 30)],
    "one image per label": [make_dataset([0, 1, 2])],
    "one writer": [make_dataset(alternate(30), writers=("w",) * 30)],
    "two writers": [make_dataset(alternate(30), writers=("v", "w") * 15)],
    "only a test split": [make_dataset(alternate(30), in_test=np.ones(30, bool))],
    "a label in the test split only": [make_dataset([0, 1] * 14 + [2, 2], in_test=np.arange(30) >= 26)],
}


@pytest.mark.parametrize("name", TOO_SMALL)
def test_datasets_that_are_too_small(name: str) -> None:
    """A split or a label would have no images."""
    with pytest.raises(InvalidDataset):
        split(TOO_SMALL[name], 0, 0.2)


@pytest.mark.parametrize("validation", [-0.1, 1, float("nan")])
def test_validation_share_out_of_range(validation: float) -> None:
    """At least 0 and below 1."""
    with pytest.raises(InvalidInput):
        split([make_dataset(alternate(30))], 0, validation)


def test_folds_are_disjoint_and_cover_everything() -> None:
    """Every image is tested once, by label, also those of a dataset's own test split; validation images come from the rest."""
    whole = make_dataset([0] * 50 + [1] * 25 + [2] * 10, in_test=np.arange(85) % 3 == 0)
    parts = [split([whole], 4, 0.2, Fold(index, 5)) for index in range(5)]
    tested = [pair for each in parts for pair in image_label_pairs(each.test)]
    assert sorted(tested) == sorted(image_label_pairs(whole))
    for each in parts:
        assert each.test.counts() == {"a": 10, "b": 5, "c": 2}
        together = [pair for dataset in in_order(each) for pair in image_label_pairs(dataset)]
        assert sorted(together) == sorted(image_label_pairs(whole))
        assert each.validation.counts() == {"a": 8, "b": 4, "c": 2}


def test_folds_by_writer() -> None:
    """No writer is in two splits, and every writer is tested once."""
    writers = tuple(f"writer {index // 20}" for index in range(200))
    whole = make_dataset(alternate(200), writers=writers)
    parts = [split([whole], 0, 0.2, Fold(index, 3)) for index in range(3)]
    tested = [set(each.test.writers or ()) for each in parts]
    assert sum(map(len, tested)) == len(set().union(*tested)) == 10
    for each in parts:
        assert not set(each.train.writers or ()) & set(each.test.writers or ())


def test_leave_one_writer_out() -> None:
    """As many folds as writers: each writer is tested once."""
    writers = tuple(f"writer {index // 10}" for index in range(50))
    whole = make_dataset(alternate(50), writers=writers)
    tested = [set(split([whole], 0, 0.2, Fold(index, 5)).test.writers or ()) for index in range(5)]
    assert sorted(map(len, tested)) == [1] * 5
    assert len(set().union(*tested)) == 5


@pytest.mark.parametrize(
    "fold_settings", [{"folds": 5, "fold": 5}, {"folds": 1, "fold": 0}, {"folds": 2, "fold": 7}, {"folds": 0, "fold": 2}]
)
def test_a_fold_that_does_not_exist(fold_settings: dict) -> None:
    """Is refused."""
    with pytest.raises(InvalidInput, match="no fold"):
        read_fold(fold_settings)


def test_no_cross_validation() -> None:
    """Is the default, also of cards that don't name folds."""
    assert read_fold({}) is None
    assert read_fold({"folds": 0, "fold": 0}) is None
    assert read_fold({"folds": 4, "fold": 3}) == Fold(3, 4)
