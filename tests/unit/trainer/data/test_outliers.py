"""Outliers: what is left out because it could be a label, what is made up, and that no hand is on two sides."""

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
    resembles_label,
    remove_lookalikes,
)
from trainer.data.split import TEST, TRAIN, VALIDATION, Split, assign_splits, split
from trainer.data.synthetic.scribbles import SCRIBBLE_KINDS

DIGITS = tuple("0123456789")
ALL = drawings(400)


def a_set(size: int, first: int, labels: tuple[str, ...], hands: list[str] | None = None, **fields) -> Dataset:
    """Different images whose labels take turns, written by the hands, who take turns less often."""
    targets = np.arange(size) % len(labels)
    writers = None if hands is None else tuple(hands[index // len(labels) % len(hands)] for index in range(size))
    return replace(Dataset("set", ALL[first : first + size], labels, targets, writers=writers), **fields)


@pytest.fixture(autouse=True, scope="module")
def nothing_kept(tmp_path_factory) -> Iterator[None]:
    """Whatever is made up is drawn by this code, in this run of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def few(monkeypatch):
    """Only a few made-up images a part."""
    monkeypatch.setattr(module, "SYNTHETIC_COUNTS", {TRAIN: 40, VALIDATION: 24, TEST: 32})


@pytest.mark.parametrize(
    ("sign", "labels", "expected"),
    [
        ("7", "0123456789", True),
        *[(sign, "0123456789", True) for sign in "oOlIiZzSsBbqg"],
        *[(sign, "0123456789", False) for sign in "ACEKMRXacehkmnrw"],
        ("0", "ABCO", True),
        ("7", "ABCO", False),
        ("O", "12", False),
        ("two", "12", False),
    ],
)
def test_what_could_be_a_label(sign: str, labels: str, expected: bool):
    """A label itself and what looks like one, whichever of the two is the digit."""
    assert resembles_label(sign, tuple(labels)) is expected


def test_every_look_alike_is_named_once():
    """A letter looks like one digit only, and no digit like another."""
    signs = "".join(LOOKALIKES.values())
    assert len(set(signs)) == len(signs)
    assert not set(signs) & set(DIGITS)


def test_what_could_be_a_label_is_left_out():
    """The others stay, each with its label; where none is left, the sentence names the set."""
    known = a_set(60, 0, ("A", "O", "7", "q", "x"))
    kept = remove_lookalikes(known, DIGITS)
    assert {label for label, count in kept.counts().items() if count} == {"A", "x"}
    assert len(kept) == 24
    with pytest.raises(InvalidDataset, match="none in set"):
        remove_lookalikes(a_set(30, 0, ("o", "O", "1")), DIGITS)


@given(
    hands=st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=6),
    others=st.lists(st.sampled_from("abcdefghijkl"), min_size=2, max_size=8),
    seed=st.integers(0, 2**31 - 1),
)
@settings(max_examples=60, deadline=None)
def test_no_hand_is_on_two_sides(hands: list[str], others: list[str], seed: int):
    """Whoever wrote digits is with the outliers where they are with the digits; the others are parted, too."""
    digits, letters = a_set(80, 0, ("1", "2"), hands), a_set(120, 80, ("A", "B"), others)
    try:
        pool, part = assign_splits([digits], seed, 0.2)
    except InvalidDataset:
        return  # a single hand
    beside = assign_outliers([letters], [digits], seed, 0.2)[0]
    sides: dict[str, set[int]] = {}
    for writers, places in ((pool.writers, part), (letters.writers, beside)):
        for writer, place in zip(writers, places.tolist(), strict=True):
            sides.setdefault(writer, set()).add(place)
    assert all(len(places) == 1 for places in sides.values())
    if len(set(others) - set(hands)) >= 3:
        assert {TRAIN, TEST} <= set(beside.tolist())


def test_a_test_part_that_outliers_name_stays():
    """And an image that the digits' test part holds is never trained on as an outlier."""
    digits = a_set(60, 0, ("1", "2"))
    part = assign_splits([digits], 0, 0.2)[1]
    letters = a_set(60, 100, ("A", "B"), in_test=np.arange(60) % 3 == 0)
    copies = a_set(60, 0, ("A", "B"))
    named, copied = assign_outliers([letters, copies], [digits], 0, 0.2)
    assert (named[letters.in_test] == TEST).all()
    assert not (named[~letters.in_test] == TEST).any()
    assert (copied == part).all()


@pytest.mark.usefixtures("few")
def test_outliers_change_nothing_in_the_parts_of_the_labels():
    """Labelled images are trained, validated and tested on as without; every outlier is in one part."""
    sets = [a_set(100, 0, ("0", "1", "2"))]
    parts = split(sets, 5, 0.2)
    places = {"letters": a_set(90, 100, ("A", "B", "o"))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "load", places.__getitem__)
        taken, outliers = load_outliers(["letters", "pairs", "letters"], sets, parts, 5, 0.2)
    assert [part.sha256() for part in (parts.train, parts.test)] == [
        part.sha256() for part in (split(sets, 5, 0.2).train, split(sets, 5, 0.2).test)
    ]
    assert [known.name for known in taken] == ["set", "pairs"]
    found = [image.tobytes() for part in (outliers.train, outliers.validation, outliers.test) for image in part.images]
    assert len(found) == sum(map(len, taken))
    assert set(found) == {image.tobytes() for known in taken for image in known.images}
    assert {label for label, count in taken[0].counts().items() if count} == {"A", "B"}


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("name", SYNTHETIC)
def test_made_up_outliers_are_images_and_only_the_seed_and_the_part_decide_them(name: str):
    """As `normalise` leaves them; no part has an image of another."""
    strokes = [[np.array([[0.0, 9.0 * turn], [30.0, 0.0], [9.0 * turn, 60.0]])] for turn in range(4)]
    known = a_set(100, 0, DIGITS, strokes=tuple(strokes * 25))
    made = {(seed, part): generate_outliers(name, known, seed, part) for seed in (0, 1) for part in (TRAIN, VALIDATION, TEST)}
    for (seed, part), drawn in made.items():
        assert drawn.images.shape[1:] == (28, 28)
        assert 0 < len(drawn) <= module.SYNTHETIC_COUNTS[part] * module.COUNT_FACTORS.get(name, 1)
        assert is_normalized(drawn.images).mean() > 0.9  # the lengths of a few have been rounded otherwise
        assert drawn.sha256() == generate_outliers(name, known, seed, part).sha256()
    images = [{image.tobytes() for image in drawn.images} for drawn in made.values()]
    assert sum(map(len, images)) == len(set().union(*images))


@pytest.mark.usefixtures("few")
def test_scribbles_that_a_label_could_be_are_left_out():
    """A network that reads letters is not taught to doubt a v because ticks look like it, nor one that reads ticks."""
    every = {draw.__name__ for draw in SCRIBBLE_KINDS}
    assert set(generate_outliers("scribbles", a_set(20, 0, DIGITS), 0, TEST).labels) == every
    letters = set(generate_outliers("scribbles", a_set(20, 0, ("v", "x")), 0, TEST).labels)
    assert letters == {draw.__name__ for draw, signs in SCRIBBLE_KINDS.items() if not {"v", "x"} & set(signs)} != every
    assert "tick" not in generate_outliers("scribbles", a_set(20, 0, ("tick", "7")), 0, TEST).labels


def test_a_pair_holds_two_and_none_that_is_a_label_itself():
    """Two upright lines side by side are two upright lines; where numbers are labels their pairs are none."""
    line = np.zeros((1, 28, 28), np.uint8)
    line[0, 4:24, 13:15] = 255
    known = Dataset("lines", line, ("1",), np.zeros(1, np.int64))
    for pair in generate_outliers("pairs", known, 0, VALIDATION).images:
        row = (pair > 100)[14].astype(int)
        assert (np.diff(row) == 1).sum() == 2
    assert len(generate_outliers("pairs", replace(known, labels=("1", "11")), 0, VALIDATION)) == 0


def test_made_up_parts_are_large_enough_to_measure_by():
    """A share of one in a hundred shows in the validation and the test part."""
    assert min(SYNTHETIC_COUNTS.values()) >= 100


def test_a_split_without_outliers_has_none():
    """As every split before them."""
    assert isinstance(split([a_set(30, 0, ("1", "2"))], 0, 0.2), Split)
    assert split([a_set(30, 0, ("1", "2"))], 0, 0.2).outliers is None


def test_cuts_need_strokes():
    """A set of pictures has nothing to compose lines of, and the error says so."""
    with pytest.raises(InvalidDataset, match="Expected a set of strokes"):
        generate_outliers("cuts", a_set(20, 0, DIGITS), 0, TRAIN)
