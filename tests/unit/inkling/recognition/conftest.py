"""Fixtures: the model that comes with the project."""

from pathlib import Path

import pytest

from inkling.models.predictor import Predictor

MODEL = Path(__file__).parents[4] / "models" / "digits.onnx"


@pytest.fixture(scope="package")
def predictor() -> Predictor:
    """A predictor for the default model."""
    return Predictor(MODEL)
