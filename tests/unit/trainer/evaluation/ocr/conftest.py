"""Numbers and digits as pen strokes, and a fake model."""

import json
from pathlib import Path

import numpy as np
import pytest

from inkling.models.predictor import Predictor
from tests.support.fake_model import write_fake_model

DIGITS = {
    "0": [[[20 + 18 * np.cos(t), 30 + 30 * np.sin(t)] for t in np.linspace(0, 6.3, 24)]],
    "1": [[[5, 0], [0, 60]]],
    "2": [[[0, 10], [20, 0], [38, 12], [0, 60], [40, 60]]],
    "4": [[[20, 0], [0, 30], [38, 31]], [[30, 10], [28, 60]]],
    "7": [[[0, 0], [40, 2], [12, 62]]],
}


def number_strokes(text: str) -> list:
    """Strokes of a number with clear gaps."""
    return [
        [[x + 60 * index, y] for x, y in stroke] for index, digit in enumerate(text) if digit != " " for stroke in DIGITS[digit]
    ]


def write_strokes(path: Path, rows: list[tuple[str, str | None, list]]) -> Path:
    """Write a file of strokes from labels, writers and strokes."""
    lines = [
        {"label": label, "strokes": strokes} | ({} if writer is None else {"writer": writer}) for label, writer, strokes in rows
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


@pytest.fixture(scope="session")
def numbers_file(tmp_path_factory) -> Path:
    """Twelve numbers by three writers, and two other labels."""
    rows = [(text, f"w{index % 3}", number_strokes(text)) for index, text in enumerate(["20", "741", "1024", "47"] * 3)]
    rows += [("word", "w0", number_strokes("14")), ("4.2", "w1", number_strokes("42"))]
    return write_strokes(tmp_path_factory.mktemp("numbers") / "numbers.jsonl", rows)


@pytest.fixture(scope="session")
def digits_file(tmp_path_factory) -> Path:
    """Single digits by eight writers."""
    rows = [(digit, f"writer-{writer}", strokes) for writer in range(8) for digit, strokes in DIGITS.items() for _ in range(2)]
    return write_strokes(tmp_path_factory.mktemp("digits") / "digits.jsonl", rows)


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> Path:
    """A model file."""
    return write_fake_model(tmp_path_factory.mktemp("model") / "fake.onnx")


@pytest.fixture(scope="session")
def predictor(model) -> Predictor:
    """Its predictor."""
    return Predictor(model)
