"""Publishing of a run."""

from pathlib import Path

import pytest

from inkling.errors import InklingError, InvalidInput
from inkling.models.predictor import Predictor
from inkling.models.repository import ModelRepository
from tests.support.fake_model import write_fake_model
from trainer.export.publish import publish_run
from trainer.runs.run import Run


def test_run_is_exported_and_published(digits_run: Run, tmp_path: Path):
    """The card has the published name; the previous version is kept."""
    models = tmp_path / "models"
    models.mkdir()
    previous = write_fake_model(models / "mine.onnx").read_bytes()
    path = publish_run(digits_run, models, "mine")
    assert path == models / "mine.onnx"
    assert Predictor(path).card.name == "mine"
    assert Predictor(path).card.smoke
    assert [version.path.read_bytes() for version in ModelRepository(models).versions("mine")] == [previous]


def test_canary_keeps_the_current_version(digits_run: Run, tmp_path: Path):
    """The run is a candidate with a share."""
    models = tmp_path / "models"
    models.mkdir()
    current = write_fake_model(models / "mine.onnx").read_bytes()
    path = publish_run(digits_run, models, "mine", canary=0.25)
    assert Predictor(path).card.name == "mine"
    repository = ModelRepository(models)
    assert repository.path("mine").read_bytes() == current
    (candidate,) = repository.other_versions("mine")
    assert candidate.is_candidate
    assert candidate.path == path
    assert repository.shares("mine") == {candidate.sha256: 0.25}


@pytest.mark.parametrize("name", ["../mine", "a/b", "", ".hidden"])
def test_invalid_name_is_refused_before_the_export(digits_run: Run, tmp_path: Path, name: str):
    """Nothing is written."""
    with pytest.raises(InvalidInput):
        publish_run(digits_run, tmp_path / "models", name)
    assert list(tmp_path.iterdir()) == []


def test_unfinished_run_is_not_published(tmp_path: Path):
    """The models folder isn't even created."""
    (tmp_path / "settings.json").write_text("{}")
    with pytest.raises(InklingError):
        publish_run(Run(tmp_path), tmp_path / "models", "mine")
    assert not (tmp_path / "models").exists()
