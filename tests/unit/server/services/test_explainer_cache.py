"""ExplainerCache."""

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
    """The app's loaded models."""
    return app.extensions[EXTENSION_KEY].models


def explained_sha256(app: Flask) -> str:
    """The hash of the model file that /explain used."""
    response = app.test_client().post("/explain?show=activations", **SEVEN)
    assert response.status_code == 200, response.text
    return response.headers["X-Inkling-Model"].partition("sha256=")[2]


def test_each_model_version_has_one_explainer(app: Flask, models: ModelRegistry, models_folder: Path, tmp_path: Path):
    """It is reused, and dropped with its session when another version is loaded."""
    first = models.explainers.get(models.find(None))
    assert models.explainers.get(models.find(None)) is first
    reference = weakref.ref(first)
    del first
    ModelRepository(models_folder).publish(write_model_version(tmp_path, 1), "digits")
    watcher = ModelWatcher(models, app.extensions[EXTENSION_KEY].metrics)
    watcher.scan()
    watcher.scan()
    assert reference() is None
    assert explained_sha256(app) == file_sha256(tmp_path / "version-1.onnx")


def test_published_version_is_explained_only_after_it_is_loaded(app: Flask, models_folder: Path, tmp_path: Path):
    """Before, the version that predicts is also the one that explains."""
    before = file_sha256(models_folder / "digits.onnx")
    ModelRepository(models_folder).publish(write_model_version(tmp_path, 1), "digits")
    assert explained_sha256(app) == before


def test_replaced_file_cannot_be_explained(app: Flask, models: ModelRegistry, models_folder: Path):
    """Unless its explainer exists already."""
    (models_folder / "digits.onnx").write_bytes(b"another file")
    assert_error(app.test_client().post("/explain", **SEVEN), 503, "not_ready")
    (models_folder / "digits.onnx").unlink()
    with pytest.raises(NotReady):
        models.explainers.get(models.find(None))
    write_fake_model(models_folder / "digits.onnx")
    assert explained_sha256(app) == models.find(None).sha256
    (models_folder / "digits.onnx").unlink()
    assert explained_sha256(app) == models.find(None).sha256


def test_least_recently_used_explainer_is_dropped(models: ModelRegistry, models_folder: Path, monkeypatch: pytest.MonkeyPatch):
    """As soon as there are more than MAX_EXPLAINERS."""
    names = [f"model-{number}" for number in range(MAX_EXPLAINERS + 1)]
    for name in names:
        write_fake_model(models_folder / f"{name}.onnx")
        models.load(models_folder / f"{name}.onnx")
    references = {name: weakref.ref(models.explainers.get(models.find(name))) for name in names[:MAX_EXPLAINERS]}
    models.explainers.get(models.find(names[0]))
    models.explainers.get(models.find(names[MAX_EXPLAINERS]))
    assert [name for name, reference in references.items() if reference() is None] == [names[1]]
    monkeypatch.setattr(Explainer, "__init__", lambda *_: pytest.fail("created again"))
    models.explainers.get(models.find(names[0]))
