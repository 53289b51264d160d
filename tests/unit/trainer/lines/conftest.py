"""Fixtures: the characters of a small stroke file."""

from dataclasses import replace

import numpy as np
import pytest

from tests.support.digit_fixtures import write_digits
from tests.support.stroke_files import write_stroke_file
from trainer.data.spec import load
from trainer.lines.pool import build_pools
from trainer.lines.samples import CharacterPool


@pytest.fixture(scope="session")
def pools(tmp_path_factory) -> tuple[CharacterPool, CharacterPool]:
    """Training and validation characters; the letters are crosses."""
    path = write_stroke_file(tmp_path_factory.mktemp("strokes") / "digits.jsonl")
    training, validation = build_pools([load(str(path)), load("digits")], [], 0, 0.2)
    cross = [np.array([[0.0, 0.0], [60.0, 100.0]]), np.array([[60.0, 0.0], [0.0, 100.0]])]
    return replace(training, letters=[cross]), validation


@pytest.fixture(scope="session")
def seven() -> list[np.ndarray]:
    """A drawing."""
    return write_digits("7")
