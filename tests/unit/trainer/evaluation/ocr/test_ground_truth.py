"""What is to be read, and by whom it was written."""

import json

import numpy as np
import pytest
from PIL import Image

from inkling.errors import InvalidDataset, InvalidInput
from tests.unit.trainer.evaluation.ocr.conftest import number, write_strokes
from trainer.data.spec import load
from trainer.data.split import TEST, assign_splits
from trainer.evaluation.ocr import ground_truth as module
from trainer.evaluation.ocr.ground_truth import label_to_text, load_numbers, select_writers

NOBODY = {"recipe": "none"}
"""The `training` of a card that names no data."""


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("2026", "2026"),
        ("007", "007"),
        ("20 41", "20\n41"),
        ("4.2", None),
        ("-3", None),
        ("½", None),
        ("٣", None),
        ("", None),
        ("1  2", None),
        (" 12", None),
        ("12 ", None),
        ("1" * 100, "1" * 100),
        ("1" * 101, None),
        ("word", None),
    ],
)
def test_a_label_is_a_whole_number_or_several(label, text):
    """A blank ends a line; what is not all digits is no number."""
    assert label_to_text(label) == text


def test_halves_share_nobody_and_leave_nobody_out():
    """In whatever order the writers come, and however often."""
    rng = np.random.default_rng(0)
    for count in range(1, 9):
        writers = [f"w{index}" for index in rng.integers(0, count, 30)]
        even, odd = select_writers(writers, "even"), select_writers(writers, "odd")
        assert not set(even) & set(odd)
        assert sorted(even + odd) == select_writers(writers, "all") == sorted(set(writers))
        assert select_writers(sorted(writers), "even") == even
        assert 0 <= len(even) - len(odd) <= 1


def test_numbers_of_a_file_of_strokes(numbers_file):
    """Each with its writer; labels that are no numbers are left out, and counted."""
    numbers = load_numbers(str(numbers_file), "all", NOBODY)
    assert [written.text for written in numbers.pictures] == ["20", "741", "1024", "47"] * 3
    assert {written.writer for written in numbers.pictures} == {"w0", "w1", "w2"}
    assert numbers.skipped == 2
    picture = numbers.pictures[2].load()
    assert picture.dtype == np.uint8
    assert picture.shape[1] > 2 * picture.shape[0]
    parts = [load_numbers(str(numbers_file), which, NOBODY).pictures for which in ("even", "odd")]
    assert [{written.writer for written in part} for part in parts] == [{"w0", "w2"}, {"w1"}]
    assert sum(map(len, parts)) == 12


def test_more_different_numbers_than_a_set_may_have_labels(tmp_path):
    """A labelled set for a network has 100 labels at most, numbers are as many as they are."""
    texts = ["".join(str([0, 1, 2, 4, 7][digit]) for digit in np.unravel_index(place, (5, 5, 5, 5))) for place in range(150)]
    place = write_strokes(tmp_path / "many.jsonl", [(text, None, number(text)) for text in texts])
    assert len(load_numbers(str(place), "all", NOBODY).pictures) == 150


def test_numbers_of_a_folder(tmp_path):
    """A sub-folder a number, with a blank where a line ends; other folders are left out, and counted."""
    for name, level in (("2026", 10), ("20 41", 20), ("notes", 30)):
        (tmp_path / name).mkdir()
        Image.new("L", (30, 20), level).save(tmp_path / name / "a.png")
    numbers = load_numbers(str(tmp_path), "all", NOBODY)
    assert {written.text: int(written.load()[0, 0]) for written in numbers.pictures} == {"2026": 10, "20\n41": 20}
    assert numbers.skipped == 1
    with pytest.raises(InvalidInput, match="name their writers"):
        load_numbers(str(tmp_path), "odd", NOBODY)


@pytest.mark.parametrize("kind", ["lines", "pages"])
def test_composed_numbers_know_their_boxes_and_keep_writers_apart(kind, digits_file, monkeypatch):
    """As many as are asked for, by the writers of the half only."""
    monkeypatch.setattr(module, "COMPOSED_PAGES", 12)
    seen = {}
    for which in ("even", "odd"):
        numbers = load_numbers(f"{kind}:{digits_file}", which, NOBODY)
        assert len(numbers.pictures) == 12
        seen[which] = {written.writer for written in numbers.pictures}
        for written in numbers.pictures:
            assert len(written.boxes) == len(written.text.replace("\n", ""))
    assert seen["even"] <= {f"hand-{writer}" for writer in (0, 2, 4, 6)}
    assert seen["odd"] <= {f"hand-{writer}" for writer in (1, 3, 5, 7)}


def test_of_a_set_that_was_fitted_on_only_unseen_hands_are_composed(digits_file, monkeypatch):
    """Those that the fit kept for its test part."""
    monkeypatch.setattr(module, "COMPOSED_PAGES", 30)
    known = load(str(digits_file))
    settings = {"data": [str(digits_file)], "seed": 3, "validation_split": 0.2}
    training = {"data": [{"name": known.name, "n": len(known), "sha256": known.sha256()}], "settings": settings}
    pool, part = assign_splits([known], 3, 0.2)
    unseen = {writer for writer, which in zip(pool.writers, part, strict=True) if which == TEST}
    assert 0 < len(unseen) < 8
    numbers = load_numbers(f"lines:{digits_file}", "all", training)
    assert {written.writer for written in numbers.pictures} == unseen
    assert "test split of the fit" in numbers.selection


def test_what_holds_no_numbers_is_refused(tmp_path):
    """With one sentence that says what was expected."""
    words = write_strokes(tmp_path / "words.jsonl", [("cat", "w", number("14"))])
    nameless = write_strokes(tmp_path / "nameless.jsonl", [("1", None, number("1")), ("4", None, number("4"))])
    broken = tmp_path / "broken.jsonl"
    broken.write_text(json.dumps({"label": "12", "strokes": "none"}))
    for spec, sentence in (
        ("nowhere", "lines:FILE, packed:FILE or pages:FILE"),
        ("lines:", "lines:FILE, packed:FILE or pages:FILE"),
        ("", "lines:FILE, packed:FILE or pages:FILE"),
        ("lines:nowhere", "not there"),
        (str(words), "whole numbers as labels"),
        (f"lines:{nameless}", "name their writers"),
        (str(broken), "Line 1"),
    ):
        with pytest.raises(InvalidDataset, match=sentence):
            load_numbers(spec, "all", NOBODY)
