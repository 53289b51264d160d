"""Outliers: lookalikes, synthetic kinds, and their splits."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidDataset
from inkling.imaging.normalization import is_normalized
from tests.support.dataset_files import drawings
from trainer.data import outliers as module
from trainer.data.outliers import (
    LOOKALIKES,
    SYNTHETIC,
    SYNTHETIC_COUNTS,
    assign_outliers,
    generate_outliers,
    load_outliers,
    remove_lookalikes,
    resembles_label,
    resolve_outliers,
)
from trainer.data.split import TEST, TRAIN, VALIDATION, Split, assign_splits, split
from trainer.data.synthetic.scribbles import SCRIBBLE_KINDS

DIGITS = tuple("0123456789")
ALL = drawings(400)


def make_dataset(size: int, first: int, labels: tuple[str, ...], writers: list[str] | None = None, **fields) -> Dataset:
    """Distinct images with alternating labels, and with writers who alternate more slowly."""
    targets = np.arange(size) % len(labels)
    writers = None if writers is None else tuple(writers[index // len(labels) % len(writers)] for index in range(size))
    return replace(Dataset("set", ALL[first : first + size], labels, targets, writers=writers), **fields)


@pytest.fixture(autouse=True, scope="module")
def empty_cache(tmp_path_factory) -> Iterator[None]:
    """Generate all synthetic images in this test run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def few_images(monkeypatch):
    """Only a few synthetic images per split."""
    monkeypatch.setattr(module, "SYNTHETIC_COUNTS", {TRAIN: 40, VALIDATION: 24, TEST: 32})


@pytest.mark.parametrize(
    ("character", "labels", "expected"),
    [
        ("7", "0123456789", True),
        *[(character, "0123456789", True) for character in "oOlIiZzSsBbqg"],
        *[(character, "0123456789", False) for character in "ACEKMRXacehkmnrw"],
        ("0", "ABCO", True),
        ("7", "ABCO", False),
        ("O", "12", False),
        ("two", "12", False),
    ],
)
def test_resembles_label(character: str, labels: str, expected: bool):
    """Labels themselves and lookalikes, in either direction."""
    assert resembles_label(character, tuple(labels)) is expected


def test_lookalikes_are_unambiguous():
    """A letter resembles one digit only, and no digit another one."""
    letters_of = "".join(LOOKALIKES.values())
    assert len(set(letters_of)) == len(letters_of)
    assert not set(letters_of) & set(DIGITS)


def test_lookalikes_are_removed():
    """The others keep their labels."""
    dataset = make_dataset(60, 0, ("A", "O", "7", "q", "x"))
    kept = remove_lookalikes(dataset, DIGITS)
    assert {label for label, count in kept.counts().items() if count} == {"A", "x"}
    assert len(kept) == 24
    with pytest.raises(InvalidDataset):
        remove_lookalikes(make_dataset(30, 0, ("o", "O", "1")), DIGITS)


@given(
    writers=st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=6),
    other_writers=st.lists(st.sampled_from("abcdefghijkl"), min_size=2, max_size=8),
    seed=st.integers(0, 2**31 - 1),
)
@settings(max_examples=60, deadline=None)
def test_no_writer_is_in_two_splits(writers: list[str], other_writers: list[str], seed: int):
    """Writers of digits keep their split; the others are split, too."""
    digits, letters = make_dataset(80, 0, ("1", "2"), writers), make_dataset(120, 80, ("A", "B"), other_writers)
    try:
        pool, part = assign_splits([digits], seed, 0.2)
    except InvalidDataset:
        return  # a single writer
    assignment = assign_outliers([letters], [digits], seed, 0.2)[0]
    splits_of: dict[str, set[int]] = {}
    for names, codes in ((pool.writers, part), (letters.writers, assignment)):
        for writer, code in zip(names, codes.tolist(), strict=True):
            splits_of.setdefault(writer, set()).add(code)
    assert all(len(splits) == 1 for splits in splits_of.values())
    if len(set(other_writers) - set(writers)) >= 3:
        assert {TRAIN, TEST} <= set(assignment.tolist())


def test_test_splits_of_outlier_datasets_stay():
    """Copies of test images are not trained on as outliers."""
    digits = make_dataset(60, 0, ("1", "2"))
    part = assign_splits([digits], 0, 0.2)[1]
    letters = make_dataset(60, 100, ("A", "B"), in_test=np.arange(60) % 3 == 0)
    copies = make_dataset(60, 0, ("A", "B"))
    named, copied = assign_outliers([letters, copies], [digits], 0, 0.2)
    assert (named[letters.in_test] == TEST).all()
    assert not (named[~letters.in_test] == TEST).any()
    assert (copied == part).all()


@pytest.mark.usefixtures("few_images")
def test_outliers_do_not_change_the_split_of_labeled_images():
    """Every outlier is in one split."""
    sets = [make_dataset(100, 0, ("0", "1", "2"))]
    parts = split(sets, 5, 0.2)
    by_name = {"letters": make_dataset(90, 100, ("A", "B", "o"))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "load", by_name.__getitem__)
        taken, outliers = load_outliers(["letters", "pairs", "letters"], sets, parts, 5, 0.2)
    assert [part.sha256() for part in (parts.train, parts.test)] == [
        part.sha256() for part in (split(sets, 5, 0.2).train, split(sets, 5, 0.2).test)
    ]
    assert [dataset.name for dataset in taken] == ["set", "pairs"]
    found = [image.tobytes() for part in (outliers.train, outliers.validation, outliers.test) for image in part.images]
    assert len(found) == sum(map(len, taken))
    assert set(found) == {image.tobytes() for dataset in taken for image in dataset.images}
    assert {label for label, count in taken[0].counts().items() if count} == {"A", "B"}


@pytest.mark.usefixtures("few_images")
@pytest.mark.parametrize("name", SYNTHETIC)
def test_synthetic_outliers_depend_on_seed_and_split(name: str):
    """They are normalized images, and no image is in two splits."""
    strokes = [[np.array([[0.0, 9.0 * turn], [30.0, 0.0], [9.0 * turn, 60.0]])] for turn in range(4)]
    dataset = make_dataset(100, 0, DIGITS, strokes=tuple(strokes * 25))
    generated = {
        (seed, part): generate_outliers(name, dataset, seed, part) for seed in (0, 1) for part in (TRAIN, VALIDATION, TEST)
    }
    for (seed, part), outliers in generated.items():
        assert outliers.images.shape[1:] == (28, 28)
        assert 0 < len(outliers) <= module.SYNTHETIC_COUNTS[part] * (module.CUTS_FACTORS[part] if name == "cuts" else 1)
        assert is_normalized(outliers.images).mean() > 0.9  # the lengths of a few_images have been rounded otherwise
        assert outliers.sha256() == generate_outliers(name, dataset, seed, part).sha256()
    images = [{image.tobytes() for image in outliers.images} for outliers in generated.values()]
    assert sum(map(len, images)) == len(set().union(*images))


@pytest.mark.usefixtures("few_images")
def test_scribbles_that_resemble_a_label_are_left_out():
    """By their letters and by their names."""
    every = {draw.__name__ for draw in SCRIBBLE_KINDS}
    assert set(generate_outliers("scribbles", make_dataset(20, 0, DIGITS), 0, TEST).labels) == every
    letters = set(generate_outliers("scribbles", make_dataset(20, 0, ("v", "x")), 0, TEST).labels)
    assert (
        letters == {draw.__name__ for draw, letters_of in SCRIBBLE_KINDS.items() if not {"v", "x"} & set(letters_of)} != every
    )
    assert "tick" not in generate_outliers("scribbles", make_dataset(20, 0, ("tick", "7")), 0, TEST).labels


def test_pairs():
    """Two vertical lines stay two; pairs whose labels form a label are left out."""
    line = np.zeros((1, 28, 28), np.uint8)
    line[0, 4:24, 13:15] = 255
    dataset = Dataset("lines", line, ("1",), np.zeros(1, np.int64))
    for pair in generate_outliers("pairs", dataset, 0, VALIDATION).images:
        row = (pair > 100)[14].astype(int)
        assert (np.diff(row) == 1).sum() == 2
    assert len(generate_outliers("pairs", replace(dataset, labels=("1", "11")), 0, VALIDATION)) == 0


def test_synthetic_splits_are_large_enough():
    """To measure a share of one percent."""
    assert min(SYNTHETIC_COUNTS.values()) >= 100


def test_a_split_has_no_outliers_by_default():
    """They are loaded separately."""
    assert isinstance(split([make_dataset(30, 0, ("1", "2"))], 0, 0.2), Split)
    assert split([make_dataset(30, 0, ("1", "2"))], 0, 0.2).outliers is None


def test_cuts_need_strokes():
    """Pictures cannot be composed into lines."""
    with pytest.raises(InvalidDataset):
        generate_outliers("cuts", make_dataset(20, 0, DIGITS), 0, TRAIN)


def test_unknown_outliers():
    """The message names the kinds of outliers, not only datasets."""
    assert [resolve_outliers(kind) for kind in SYNTHETIC] == list(SYNTHETIC)
    assert resolve_outliers("kmnist") == "kmnist"
    with pytest.raises(InvalidDataset, match=r"no outliers 'scribble'\. Use scribbles, faces"):
        resolve_outliers("scribble")
