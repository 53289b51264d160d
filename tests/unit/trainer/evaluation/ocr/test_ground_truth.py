"""Loading numbers and choosing writers."""

import json

import numpy as np
import pytest
from PIL import Image

from inkling.errors import InvalidDataset, InvalidInput
from tests.unit.trainer.evaluation.ocr.conftest import number_strokes, write_strokes
from trainer.data.spec import load
from trainer.data.split import TEST, assign_splits
from trainer.evaluation.ocr import ground_truth as module
from trainer.evaluation.ocr.ground_truth import label_to_text, load_numbers, select_writers

UNTRAINED = {"recipe": "none"}
"""The `training` of a model card without datasets."""


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
def test_label_to_text(label, text):
    """A space separates lines; other labels are not numbers."""
    assert label_to_text(label) == text


def test_select_writers():
    """Even and odd writers are disjoint and complete, in any order."""
    rng = np.random.default_rng(0)
    for count in range(1, 9):
        writers = [f"w{index}" for index in rng.integers(0, count, 30)]
        even, odd = select_writers(writers, "even"), select_writers(writers, "odd")
        assert not set(even) & set(odd)
        assert sorted(even + odd) == select_writers(writers, "all") == sorted(set(writers))
        assert select_writers(sorted(writers), "even") == even
        assert 0 <= len(even) - len(odd) <= 1


def test_numbers_from_strokes(numbers_file):
    """With writers; other labels are counted as skipped."""
    numbers = load_numbers(str(numbers_file), "all", UNTRAINED)
    assert [picture.text for picture in numbers.pictures] == ["20", "741", "1024", "47"] * 3
    assert {picture.writer for picture in numbers.pictures} == {"w0", "w1", "w2"}
    assert numbers.skipped == 2
    picture = numbers.pictures[2].load()
    assert picture.dtype == np.uint8
    assert picture.shape[1] > 2 * picture.shape[0]
    parts = [load_numbers(str(numbers_file), choice, UNTRAINED).pictures for choice in ("even", "odd")]
    assert [{picture.writer for picture in part} for part in parts] == [{"w0", "w2"}, {"w1"}]
    assert sum(map(len, parts)) == 12


def test_more_than_100_different_numbers(tmp_path):
    """The limit for labels does not apply."""
    texts = ["".join(str([0, 1, 2, 4, 7][digit]) for digit in np.unravel_index(path, (5, 5, 5, 5))) for path in range(150)]
    path = write_strokes(tmp_path / "many.jsonl", [(text, None, number_strokes(text)) for text in texts])
    assert len(load_numbers(str(path), "all", UNTRAINED).pictures) == 150


def test_numbers_from_a_folder(tmp_path):
    """One subfolder per number; others are counted as skipped."""
    for name, level in (("2026", 10), ("20 41", 20), ("notes", 30)):
        (tmp_path / name).mkdir()
        Image.new("L", (30, 20), level).save(tmp_path / name / "a.png")
    numbers = load_numbers(str(tmp_path), "all", UNTRAINED)
    assert {picture.text: int(picture.load()[0, 0]) for picture in numbers.pictures} == {"2026": 10, "20\n41": 20}
    assert numbers.skipped == 1
    with pytest.raises(InvalidInput):
        load_numbers(str(tmp_path), "odd", UNTRAINED)


@pytest.mark.parametrize("kind", ["lines", "pages"])
def test_composed_numbers(kind, digits_file, monkeypatch):
    """With boxes, by the chosen writers only."""
    monkeypatch.setattr(module, "COMPOSED_PAGES", 12)
    writers = {}
    for choice in ("even", "odd"):
        numbers = load_numbers(f"{kind}:{digits_file}", choice, UNTRAINED)
        assert len(numbers.pictures) == 12
        writers[choice] = {picture.writer for picture in numbers.pictures}
        for picture in numbers.pictures:
            assert len(picture.boxes) == len(picture.text.replace("\n", ""))
    assert writers["even"] <= {f"writer-{writer}" for writer in (0, 2, 4, 6)}
    assert writers["odd"] <= {f"writer-{writer}" for writer in (1, 3, 5, 7)}


def test_composed_numbers_of_the_training_data(digits_file, monkeypatch):
    """Only digits of the test split are used."""
    monkeypatch.setattr(module, "COMPOSED_PAGES", 30)
    dataset = load(str(digits_file))
    settings = {"data": [str(digits_file)], "seed": 3, "validation_split": 0.2}
    training = {"data": [{"name": dataset.name, "n": len(dataset), "sha256": dataset.sha256()}], "settings": settings}
    pool, part = assign_splits([dataset], 3, 0.2)
    unseen = {writer for writer, choice in zip(pool.writers, part, strict=True) if choice == TEST}
    assert 0 < len(unseen) < 8
    numbers = load_numbers(f"lines:{digits_file}", "all", training)
    assert {picture.writer for picture in numbers.pictures} == unseen
    assert "test split of the fit" in numbers.selection


def test_invalid_specs(tmp_path):
    """Missing, without numbers, without writers, or damaged."""
    words = write_strokes(tmp_path / "words.jsonl", [("cat", "w", number_strokes("14"))])
    without_writers = write_strokes(
        tmp_path / "without_writers.jsonl", [("1", None, number_strokes("1")), ("4", None, number_strokes("4"))]
    )
    broken = tmp_path / "broken.jsonl"
    broken.write_text(json.dumps({"label": "12", "strokes": "none"}))
    for spec in (
        "nowhere",
        "lines:",
        "",
        "lines:nowhere",
        str(words),
        f"lines:{without_writers}",
        str(broken),
    ):
        with pytest.raises(InvalidDataset):
            load_numbers(spec, "all", UNTRAINED)
