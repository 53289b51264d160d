"""Explainers: made when they are asked for, of the very file that answers, few at a time, and gone with their model."""

import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from flask import Flask

from inkling.errors import NotReady
from inkling.explain.explainer import Explainer
from inkling.models.repository import Shelf, sha256
from server.extensions import KEY
from server.services.explainer_cache import MOST
from server.services.model_registry import Models
from server.services.model_watcher import TakeUp
from tests.integration.server.test_model_watcher import MEGA, SWAPS, another, real
from tests.support.assertions import assert_error
from tests.support.fake_model import write_fake_model
from tests.unit.server.api.test_predict import FORMS

SEVEN = FORMS["strokes"]


@pytest.fixture
def models(app: Flask) -> Models:
    """What the app has loaded."""
    return app.extensions[KEY].models


def explained_by(app: Flask) -> str:
    """The fingerprint of the file that explains."""
    answer = app.test_client().post("/explain?show=activations", **SEVEN)
    assert answer.status_code == 200, answer.text
    return answer.headers["X-Inkling-Model"].partition("sha256=")[2]


def test_one_is_made_of_each_version(app: Flask, models: Models, models_folder: Path, tmp_path: Path):
    """The second question finds it; when another file is taken up it is gone, with its session."""
    first = models.explainers.of(models.find(None))
    assert models.explainers.of(models.find(None)) is first
    old = weakref.ref(first)
    del first
    Shelf(models_folder).put(another(tmp_path, 1), "digits")
    take_up = TakeUp(models, app.extensions[KEY].metrics)
    take_up.look()
    take_up.look()
    assert old() is None
    assert explained_by(app) == sha256(tmp_path / "made-1.onnx")


def test_a_file_that_is_published_meanwhile_is_not_mixed_in(app: Flask, models_folder: Path, tmp_path: Path):
    """Until it is taken up, the version that answers is the one that is explained."""
    before = sha256(models_folder / "digits.onnx")
    Shelf(models_folder).put(another(tmp_path, 1), "digits")
    assert explained_by(app) == before


def test_a_file_that_is_gone_cannot_be_explained(app: Flask, models: Models, models_folder: Path):
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


def test_few_are_held(models: Models, models_folder: Path, monkeypatch: pytest.MonkeyPatch):
    """The one that was not asked for for longest goes first."""
    names = [f"model-{number}" for number in range(MOST + 1)]
    for name in names:
        write_fake_model(models_folder / f"{name}.onnx")
        models.take(models_folder / f"{name}.onnx")
    held = {name: weakref.ref(models.explainers.of(models.find(name))) for name in names[:MOST]}
    models.explainers.of(models.find(names[0]))
    models.explainers.of(models.find(names[MOST]))
    assert [name for name in held if held[name]() is None] == [names[1]]
    monkeypatch.setattr(Explainer, "__init__", lambda *_: pytest.fail("made again"))
    models.explainers.of(models.find(names[0]))


# What SWAPS does, with a question to /explain after each model that is taken up.
EXPLAINED = (
    SWAPS.replace("parts = create_app(", "app = create_app(")
    .replace(").extensions[KEY]\n", ")\nparts = app.extensions[KEY]\n")
    .replace(
        "    give_back_free_memory()\n",
        "    answer = app.test_client().post('/explain', json={'strokes': [[[0, 0], [60, 0], [20, 110]]]})\n"
        "    if answer.status_code != 200 or number and len(list(parts.models.explainers._held)) != 1:\n"
        "        sys.exit(answer.text)\n"
        "    give_back_free_memory()\n",
    )
)


@real
def test_a_process_does_not_grow_with_what_is_published_and_explained(models_folder: Path, tmp_path: Path):
    """A hundred models of 2 MB, each explained, hold no more memory than the first twenty."""
    assert "/explain" in EXPLAINED
    files = [another(tmp_path, number, note="x" * (2 * MEGA)) for number in (1, 2)]
    command = [sys.executable, "-c", EXPLAINED, str(models_folder), f"sqlite:///{tmp_path / 'swaps.db'}", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    sizes = [int(line) for line in done.stdout.split()]
    assert len(sizes) == 100
    assert max(sizes[20:]) - max(sizes[:20]) < 6 * MEGA, sizes
