"""Recognizes a dataset of numbers and reports accuracy, character error rate and digit errors."""

import secrets
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from inkling.errors import InklingError
from inkling.evaluation.metrics import wilson_interval
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.recognition.recognizer import recognize_numbers
from inkling.recognition.result import DigitResult
from trainer.evaluation.ocr.digit_errors import DigitCounts, align, count_from_boxes, count_from_texts, edit_distance
from trainer.evaluation.ocr.ground_truth import NumberDataset, NumberPicture

TextPair = tuple[str, str]
"""The true and the recognized text."""


@dataclass(frozen=True)
class NumberOutcome:
    """The result for one picture. failure: error code if recognition failed; the text is then empty."""

    truth: NumberPicture
    text: str
    digits: list[DigitResult]
    edits: int
    counts: DigitCounts
    seconds: float
    failure: str | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the recognized text is exactly the true one."""
        return self.text == self.truth.text


def score_numbers(predictor: Predictor, numbers: NumberDataset, limits: Limits) -> tuple[dict[str, Any], list[NumberOutcome]]:
    """Recognize every picture. Returns the report, and the outcome of each."""
    outcomes = [_recognize(predictor, picture, limits) for picture in numbers.pictures]
    return build_number_report(predictor.card.name, numbers, outcomes), outcomes


def build_number_report(model: str, numbers: NumberDataset, outcomes: Sequence[NumberOutcome]) -> dict[str, Any]:
    """Build the report.

    `exact`: pictures whose text is exactly right. `lines`: the same per line, after lines are aligned by the fewest edits.
    `character_error`: edit distance by the number of characters, including line breaks. `digits`: DigitCounts, from boxes if
    all are known, otherwise from the texts. `rejected`: share of recognized digits that are not `known`. `by_length`,
    `by_writer`: lines by their number of digits, pictures by their writer if all are known.
    """
    texts = [(outcome.truth.text, outcome.text) for outcome in outcomes]
    lines = [pair for true, predicted in texts for pair in _align_lines(true, predicted)]
    has_boxes = all(outcome.truth.boxes is not None for outcome in outcomes)
    counts = sum((outcome.counts for outcome in outcomes), DigitCounts())
    digits = [digit for outcome in outcomes for digit in outcome.digits]
    wrong = sorted((i for i, outcome in enumerate(outcomes) if not outcome.is_exact), key=lambda i: -outcomes[i].edits)
    return {
        "id": secrets.token_hex(8),
        "model": model,
        "created": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "data": {"name": numbers.name, "selection": numbers.selection, "n": len(outcomes), "skipped": numbers.skipped},
        "exact": _share(sum(outcome.is_exact for outcome in outcomes), len(outcomes)),
        "lines": _share(sum(true == predicted for true, predicted in lines), len(lines)),
        "character_error": _character_error(texts),
        "digits": {"from": "boxes" if has_boxes else "texts", "n": sum(len(true) for true, _ in lines), **asdict(counts)},
        "rejected": sum(not digit.known for digit in digits) / max(len(digits), 1),
        "failures": dict(Counter(outcome.failure for outcome in outcomes if outcome.failure)),
        "milliseconds": round(1000 * float(np.median([outcome.seconds for outcome in outcomes])), 2),
        "by_length": _group_by("digits", [len(true) for true, _ in lines], lines),
        "by_writer": _group_by("writer", [outcome.truth.writer for outcome in outcomes], texts),
        "mistakes": [_mistake(i, outcomes[i]) for i in wrong],
    }


def _recognize(predictor: Predictor, truth: NumberPicture, limits: Limits) -> NumberOutcome:
    picture = truth.load()
    started, failure = time.perf_counter(), None
    try:
        result = recognize_numbers(predictor, picture, limits)
        text, digits = result.text, [digit for line in result.lines for digit in line.digits]
    except InklingError as error:  # such as an empty picture: counts as a wrong result
        text, digits, failure = "", [], error.code
    seconds = time.perf_counter() - started
    true, labels = truth.text.replace("\n", ""), [digit.label for digit in digits]
    if truth.boxes is None:
        counts = count_from_texts(true, text.replace("\n", ""))
    else:
        boxes = np.array([digit.box for digit in digits], float).reshape(-1, 4)
        counts = count_from_boxes(true, truth.boxes, labels, boxes)
    return NumberOutcome(truth, text, digits, edit_distance(truth.text, text), counts, seconds, failure)


def _share(count: int, n: int) -> dict[str, Any]:
    return {"count": count, "n": n, "share": count / n, "interval": list(wilson_interval(count, n))}


def _character_error(texts: Sequence[TextPair]) -> dict[str, Any]:
    edits, characters = sum(edit_distance(true, text) for true, text in texts), sum(len(true) for true, _ in texts)
    return {"edits": edits, "characters": characters, "share": edits / characters}


def _align_lines(true: str, predicted: str) -> list[TextPair]:
    """Return each true line with its recognized text, which is empty if the line was not found."""
    true_lines, lines = true.split("\n"), predicted.split("\n")
    return [(true_lines[i], "" if j is None else lines[j]) for i, j in align(true_lines, lines) if i is not None]


def _group_by(name: str, keys: Sequence[Any], texts: Sequence[TextPair]) -> list[dict[str, Any]]:
    """Return the share of exact texts and the character error of each group; nothing if a key is None."""
    groups: list[dict[str, Any]] = []
    for key in [] if None in keys else sorted(set(keys)):
        group = [pair for pair, each in zip(texts, keys, strict=True) if each == key]
        exact, error = sum(true == predicted for true, predicted in group), _character_error(group)["share"]
        groups.append({name: key, "n": len(group), "exact": exact / len(group), "character_error": error})
    return groups


def _mistake(index: int, outcome: NumberOutcome) -> dict[str, Any]:
    fields = {"index": index, "true": outcome.truth.text, "predicted": outcome.text, "edits": outcome.edits}
    fields |= {} if outcome.truth.writer is None else {"writer": outcome.truth.writer}
    return fields | ({} if outcome.failure is None else {"failure": outcome.failure})
