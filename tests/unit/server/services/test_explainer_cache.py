"""Explainers: made when they are asked for, of the very file that answers, few at a time, and gone with their model."""

import weakref
from pathlib import Path

import pytest
from flask import Flask

from inkling.errors import NotReady
from inkling.explain.explainer import Explainer
from inkling.models.repository import ModelRepository, file_sha256
from server.extensions import EXTENSION_KEY
from server.services.explainer_cache import MAX_EXPLAINERS
from server.services.model_registry import ModelRegistry
from server.services.model_watcher import ModelWatcher
from tests.support.assertions import assert_error
from tests.support.fake_model import write_fake_model
from tests.support.model_versions import write_model_version
from tests.unit.server.api.test_predict import FORMS

SEVEN = FORMS["strokes"]


@pytest.fixture
def models(app: Flask) -> ModelRegistry:
    """What the app has loaded."""
    return app.extensions[EXTENSION_KEY].models


def explained_by(app: Flask) -> str:
    """The fingerprint of the file that explains."""
    answer = app.test_client().post("/explain?show=activations", **SEVEN)
    assert answer.status_code == 200, answer.text
    return answer.headers["X-Inkling-Model"].partition("sha256=")[2]


def test_one_is_made_of_each_version(app: Flask, models: ModelRegistry, models_folder: Path, tmp_path: Path):
    """The second question finds it; when another file is taken up it is gone, with its session."""
    first = models.explainers.of(models.find(None))
    assert models.explainers.of(models.find(None)) is first
    old = weakref.ref(first)
    del first
    ModelRepository(models_folder).publish(write_model_version(tmp_path, 1), "digits")
    take_up = ModelWatcher(models, app.extensions[EXTENSION_KEY].metrics)
    take_up.scan()
    take_up.scan()
    assert old() is None
    assert explained_by(app) == file_sha256(tmp_path / "version-1.onnx")


def test_a_file_that_is_published_meanwhile_is_not_mixed_in(app: Flask, models_folder: Path, tmp_path: Path):
    """Until it is taken up, the version that answers is the one that is explained."""
    before = file_sha256(models_folder / "digits.onnx")
    ModelRepository(models_folder).publish(write_model_version(tmp_path, 1), "digits")
    assert explained_by(app) == before


def test_a_file_that_is_gone_cannot_be_explained(app: Flask, models: ModelRegistry, models_folder: Path):
    """Unless it was before: then the explainer is there."""
    (models_folder / "digits.onnx").write_bytes(b"another file")
    assert_error(app.test_client().post("/explain", **SEVEN), 503, "not_ready", "digits as it was loaded")
    (models_folder / "digits.onnx").unlink()
    with pytest.raises(NotReady, match=r"^Expected the file of digits"):
        models.explainers.of(models.find(None))
    write_fake_model(models_folder / "digits.onnx")
    assert explained_by(app) == models.find(None).sha256
    (models_folder / "digits.onnx").unlink()
    assert explained_by(app) == models.find(None).sha256


def test_few_are_held(models: ModelRegistry, models_folder: Path, monkeypatch: pytest.MonkeyPatch):
    """The one that was not asked for for longest goes first."""
    names = [f"model-{number}" for number in range(MAX_EXPLAINERS + 1)]
    for name in names:
        write_fake_model(models_folder / f"{name}.onnx")
        models.load(models_folder / f"{name}.onnx")
    held = {name: weakref.ref(models.explainers.of(models.find(name))) for name in names[:MAX_EXPLAINERS]}
    models.explainers.of(models.find(names[0]))
    models.explainers.of(models.find(names[MAX_EXPLAINERS]))
    assert [name for name in held if held[name]() is None] == [names[1]]
    monkeypatch.setattr(Explainer, "__init__", lambda *_: pytest.fail("made again"))
    models.explainers.of(models.find(names[0]))
