"""The report on recognized numbers."""

import io

import numpy as np
import pytest
from PIL import Image

from inkling.limits import Limits
from inkling.recognition.result import DigitResult
from trainer.evaluation.ocr.digit_errors import count_from_texts, edit_distance
from trainer.evaluation.ocr.ground_truth import NumberDataset, NumberPicture, load_numbers
from trainer.evaluation.ocr.scorer import NumberOutcome, build_number_report, score_numbers
from trainer.evaluation.ocr.worst_cases import MAX_PICTURES, worst_cases_png

BLANK = np.full((60, 200), 255, np.uint8)
IMAGE = np.zeros((28, 28), np.uint8)


def make_outcome(
    true: str, predicted: str, writer: str | None = None, known: bool = True, failure: str | None = None
) -> NumberOutcome:
    """The outcome for a true and a recognized text."""
    digits = [
        DigitResult(
            label, 0.9, known, [10 * index, 0, 10 * index + 8, 20], np.zeros(10, np.float32), np.zeros((28, 28), np.uint8)
        )
        for index, label in enumerate(predicted.replace("\n", ""))
    ]
    counts = count_from_texts(true.replace("\n", ""), predicted.replace("\n", ""))
    return NumberOutcome(
        NumberPicture(lambda: BLANK, true, writer=writer),
        predicted,
        digits,
        edit_distance(true, predicted),
        counts,
        0.002,
        failure,
    )


def dataset_of(outcomes: list[NumberOutcome]) -> NumberDataset:
    """The dataset of some outcomes."""
    return NumberDataset("manual", "all", [each.truth for each in outcomes], 1)


def test_report():
    """Compared with manual counts."""
    outcomes = [
        make_outcome("2026", "2026", "b"),
        make_outcome("2026\n41", "2026\n47", "a"),
        make_outcome("12\n34\n56", "12\n56", "a"),
        make_outcome("100", "", "b", failure="empty_picture"),
        make_outcome("77", "777", "b", known=False),
    ]
    report = build_number_report("m", dataset_of(outcomes), outcomes)
    assert report["data"] == {"name": "manual", "selection": "all", "n": 5, "skipped": 1}
    assert (report["exact"]["count"], report["exact"]["n"], report["exact"]["share"]) == (1, 5, 0.2)
    assert (report["lines"]["count"], report["lines"]["n"]) == (4, 8)
    assert report["character_error"] == {"edits": 8, "characters": 24, "share": 8 / 24}
    counts = {"n": 21, "correct": 15, "misread": 1, "missed": 5, "merged": 0, "inserted": 1, "split": 0}
    assert report["digits"] == {"from": "texts", **counts}
    assert report["rejected"] == pytest.approx(3 / 17)
    assert report["failures"] == {"empty_picture": 1}
    assert report["milliseconds"] == 2.0
    lengths = [(row["digits"], row["n"], row["exact"]) for row in report["by_length"]]
    assert lengths == [(2, 5, 2 / 5), (3, 1, 0), (4, 2, 1)]
    assert [(row["writer"], row["n"], row["exact"]) for row in report["by_writer"]] == [("a", 2, 0), ("b", 3, 1 / 3)]
    assert [mistake["index"] for mistake in report["mistakes"]] == [2, 3, 1, 4]
    assert report["mistakes"][1] == {
        "index": 3,
        "true": "100",
        "predicted": "",
        "edits": 3,
        "writer": "b",
        "failure": "empty_picture",
    }


def test_report_without_writers():
    """The table is empty."""
    outcomes = [make_outcome("12", "12")]
    assert build_number_report("m", dataset_of(outcomes), outcomes)["by_writer"] == []


def test_recognition(predictor, numbers_file):
    """All digits of clearly spaced lines are found."""
    numbers = load_numbers(str(numbers_file), "all", {})
    report, outcomes = score_numbers(predictor, numbers, Limits())
    assert report["data"]["n"] == len(outcomes) == 12
    digits = report["digits"]
    assert digits["n"] == digits["correct"] + digits["misread"] + digits["missed"] + digits["merged"] == 33
    assert all(each.edits == edit_distance(each.truth.text, each.text) for each in outcomes)


def test_pictures_without_digits(predictor):
    """All digits are missed."""
    empty = NumberDataset(
        "blank", "all", [NumberPicture(lambda: BLANK, "12"), NumberPicture(lambda: BLANK, "3", np.array([[0.0, 0, 9, 9]]))]
    )
    report, outcomes = score_numbers(predictor, empty, Limits())
    assert [each.text for each in outcomes] == ["", ""]
    assert report["failures"] == {"empty_picture": 2}
    assert report["digits"]["missed"] == 3
    assert report["digits"]["from"] == "texts"  # as not all boxes are known
    assert report["character_error"]["share"] == 1


def test_worst_cases_png():
    """At most `MAX_PICTURES`; the first outcomes if all are exact."""
    many = [make_outcome("12", "1", "w")] * (MAX_PICTURES + 5)
    sizes = []
    for outcomes in (many[:1], many[:MAX_PICTURES], many, [make_outcome("12\n3", "12\n3")]):
        with Image.open(io.BytesIO(worst_cases_png(outcomes))) as picture:
            sizes.append(picture.size)
    assert sizes[1] == sizes[2]
    assert sizes[0] == sizes[3]
    assert sizes[1][1] > 10 * sizes[0][1]
