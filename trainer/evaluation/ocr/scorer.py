"""Score: read written numbers and count what came of them, as a report."""

import secrets
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np

from inkling.errors import InklingError
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.recognition.recognizer import recognize_numbers
from inkling.recognition.result import DigitResult
from trainer.evaluation.ocr.digit_errors import Counts, align, edits, from_boxes, from_texts
from trainer.evaluation.ocr.ground_truth import Numbers, Written

QUANTILE = 1.959964
"""Of the normal distribution, for intervals that hold the true share 95 times of 100."""


Pair = tuple[str, str]
"""What is written and what was read."""


@dataclass(frozen=True)
class Outcome:
    """What was read where something is written. Where nothing could be, text is empty and `failure` its error's code."""

    written: Written
    text: str
    digits: list[DigitResult]
    edits: int
    counts: Counts
    seconds: float
    failure: str | None = None

    @property
    def whole(self) -> bool:
        """Whether all of it was read, in order and line by line, and nothing else."""
        return self.text == self.written.text


def score_numbers(predictor: Predictor, numbers: Numbers, limits: Limits) -> tuple[dict, list[Outcome]]:
    """Read every picture: the report, and what came of each."""
    outcomes = [_read_one(predictor, written, limits) for written in numbers.written]
    return report_of(predictor.card.name, numbers, outcomes), outcomes


def report_of(model: str, numbers: Numbers, outcomes: Sequence[Outcome]) -> dict:
    """The report on outcomes.

    `whole`: pictures of which all was read. `lines`: the same line by line, found again by the fewest edits of lines.
    `character_error`: edits that turn what was read into what is written, by its characters, ends of lines among them.
    `digits`: as Counts, from boxes where all are known, else from texts. `refused`: share of what was read that is not `known`.
    `lengths`, `writers`: lines by their digits, pictures by their writers, where all are known.
    """
    texts = [(outcome.written.text, outcome.text) for outcome in outcomes]
    lines = [pair for true, read in texts for pair in _lines(true, read)]
    boxed = all(outcome.written.boxes is not None for outcome in outcomes)
    counts = sum((outcome.counts for outcome in outcomes), Counts())
    digits = [digit for outcome in outcomes for digit in outcome.digits]
    wrong = sorted((place for place, outcome in enumerate(outcomes) if not outcome.whole), key=lambda at: -outcomes[at].edits)
    return {
        "id": secrets.token_hex(8),
        "model": model,
        "created": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "data": {"name": numbers.name, "part": numbers.part, "n": len(outcomes), "left_out": numbers.left_out},
        "whole": _share(sum(outcome.whole for outcome in outcomes), len(outcomes)),
        "lines": _share(sum(true == read for true, read in lines), len(lines)),
        "character_error": _character_error(texts),
        "digits": {"by": "boxes" if boxed else "texts", "n": sum(len(true) for true, _ in lines), **asdict(counts)},
        "refused": sum(not digit.known for digit in digits) / max(len(digits), 1),
        "failures": dict(Counter(outcome.failure for outcome in outcomes if outcome.failure)),
        "milliseconds": round(1000 * float(np.median([outcome.seconds for outcome in outcomes])), 2),
        "lengths": _groups("digits", [len(true) for true, _ in lines], lines),
        "writers": _groups("writer", [outcome.written.writer for outcome in outcomes], texts),
        "mistakes": [_mistake(place, outcomes[place]) for place in wrong],
    }


def wilson(count: int, n: int) -> tuple[float, float]:
    """The interval that holds a share 95 times of 100 where `count` of n were seen (Wilson 1927)."""
    share, square = count / n, QUANTILE**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = QUANTILE * np.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def _read_one(predictor: Predictor, written: Written, limits: Limits) -> Outcome:
    picture = written.picture()
    started, failure = time.perf_counter(), None
    try:
        reading = recognize_numbers(predictor, picture, limits)
        text, digits = reading.text, [digit for line in reading.lines for digit in line.digits]
    except InklingError as error:  # an answer too: that nothing is there, or too much
        text, digits, failure = "", [], error.code
    seconds = time.perf_counter() - started
    true, labels = written.text.replace("\n", ""), [digit.label for digit in digits]
    if written.boxes is None:
        counts = from_texts(true, text.replace("\n", ""))
    else:
        counts = from_boxes(true, written.boxes, labels, np.array([digit.box for digit in digits], float).reshape(-1, 4))
    return Outcome(written, text, digits, edits(written.text, text), counts, seconds, failure)


def _share(count: int, n: int) -> dict:
    return {"count": count, "n": n, "share": count / n, "interval": list(wilson(count, n))}


def _character_error(texts: Sequence[Pair]) -> dict:
    changes, characters = sum(edits(true, read) for true, read in texts), sum(len(true) for true, _ in texts)
    return {"edits": changes, "characters": characters, "share": changes / characters}


def _lines(true: str, read: str) -> list[Pair]:
    """Each line that is written, and what was read of it: nothing where it is not found again."""
    mine, other = true.split("\n"), read.split("\n")
    return [(mine[i], "" if j is None else other[j]) for i, j in align(mine, other) if i is not None]


def _groups(name: str, keys: Sequence, texts: Sequence[Pair]) -> list[dict]:
    """The shares read whole by what is known of each text; nothing where that is None of one."""
    groups = []
    for each in [] if None in keys else sorted(set(keys)):
        mine = [pair for pair, key in zip(texts, keys, strict=True) if key == each]
        whole, error = sum(true == read for true, read in mine), _character_error(mine)["share"]
        groups.append({name: each, "n": len(mine), "whole": whole / len(mine), "character_error": error})
    return groups


def _mistake(place: int, outcome: Outcome) -> dict:
    fields = {"index": place, "true": outcome.written.text, "read": outcome.text, "edits": outcome.edits}
    fields |= {} if outcome.written.writer is None else {"writer": outcome.written.writer}
    return fields | ({} if outcome.failure is None else {"failure": outcome.failure})
