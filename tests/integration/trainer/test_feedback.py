"""The dataset `feedback`: drawings sent to the server."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from inkling.errors import InvalidDataset
from inkling.imaging.normalization import NORMALIZATION_VERSION, normalize
from inkling.imaging.strokes import rasterize
from inkling.service.store.database import open_database
from inkling.service.store.feedback import FeedbackDrawing, FeedbackStore
from tests.support.server_fixtures import make_app, models_folder  # noqa: F401 fixtures
from trainer.cli.data import data
from trainer.data.spec import dataset_names, load, resolve_spec
from trainer.data.split import split
from trainer.data.training_examples import TrainingExamples


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a database that INKLING_STORE names."""
    address = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("INKLING_STORE", address)
    return address


def draw_hook(number: int) -> list[list[list[float]]]:
    """Strokes that are different for every number."""
    return [[[0, 0], [20, 5], [20, 20 + 3 * number]], [[0, 40], [30, 40 + number]]]


def test_feedback_is_a_dataset(store: str, make_app):  # noqa: F811
    """Images, labels and strokes, oldest first; pictures have no strokes."""
    client = make_app(store=store).test_client()
    for number in range(6):
        body = {"strokes": draw_hook(number), "label": str(number % 2)}
        assert client.post("/feedback", json=body).status_code == 201
    picture = rasterize([np.array(stroke, np.float64) for stroke in draw_hook(9)])
    assert client.post("/feedback", json={"pixels": picture.tolist(), "label": "x"}).status_code == 201
    dataset = load("feedback")
    assert dataset.name == "feedback"
    assert [dataset.labels[target] for target in dataset.targets] == ["0", "1"] * 3 + ["x"]
    for number in range(6):
        picture_of_strokes = rasterize([np.array(stroke, np.float64) for stroke in draw_hook(number)])
        assert np.array_equal(dataset.images[number], normalize(picture_of_strokes))
        assert [stroke.tolist() for stroke in dataset.strokes[number]] == draw_hook(number)
    assert dataset.strokes[6] is None
    assert np.array_equal(dataset.images[6], normalize(picture))


def test_strokes_are_augmented(store: str, make_app):  # noqa: F811
    """Pictures are not."""
    client = make_app(store=store).test_client()
    for number in range(30):
        client.post("/feedback", json={"strokes": draw_hook(number), "label": str(number % 2)})
    client.post("/feedback", json={"pixels": rasterize([np.array(draw_hook(50)[0], np.float64)]).tolist(), "label": "0"})
    parts = split([load("feedback")], 0, 0.2)
    examples = TrainingExamples.from_split(parts)
    with_strokes = sum(drawing is not None for drawing in parts.train.strokes)
    assert len(examples.with_strokes) == with_strokes > 10


def test_images_of_another_normalization_are_recomputed(store: str):
    """From the stored pictures; those without ink are skipped."""
    from tests.support.pictures import draw_seven, encode_picture

    engine = open_database(store)
    blank = encode_picture(np.full((30, 30), 255, np.uint8))
    new = FeedbackDrawing.create(
        "7", np.zeros((28, 28), np.uint8), draw_seven(), None, predicted=None, confidence=None, model=None, sha256=None
    )
    old = replace(new, id="1", normalization=NORMALIZATION_VERSION - 1)
    for stored in (old, replace(old, id="2", picture=blank), replace(old, id="3", label="1")):
        FeedbackStore(engine, 10).add(stored)
    engine.dispose()
    dataset = load("feedback")
    assert (len(dataset), dataset.empty) == (2, 1)
    assert np.array_equal(dataset.images[0], normalize(draw_seven()))
    assert dataset.strokes is None


@pytest.mark.parametrize("exists", [False, True], ids=["no database", "empty database"])
def test_no_feedback(store: str, tmp_path: Path, exists: bool):
    """No database is created."""
    if exists:
        open_database(store).dispose()
    with pytest.raises(InvalidDataset):
        load("feedback")
    assert (tmp_path / "store.db").exists() is exists


def test_feedback_is_a_name(store: str, make_app):  # noqa: F811
    """In the list of names, in SPECs and in `trainer data`."""
    assert "feedback" in dataset_names()
    assert resolve_spec("feedback") == "feedback"
    client = make_app(store=store).test_client()
    for number in range(8):
        client.post("/feedback", json={"strokes": draw_hook(number), "label": str(number % 2)})
    result = CliRunner().invoke(data, ["feedback"])
    assert result.exit_code == 0, result.output
    assert "dataset     feedback" in result.stdout


def test_reading_feedback_imports_no_web_framework(store: str, make_app):  # noqa: F811
    """Only the store is loaded."""
    make_app(store=store).test_client().post("/feedback", json={"strokes": draw_hook(1), "label": "1"})
    code = "import sys; from trainer.data.spec import load; load('feedback'); print(*sorted(sys.modules))"
    completed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = completed.stdout.split()
    assert "inkling.service.store.feedback" in loaded
    assert not {"flask", "werkzeug", "server.app", "waitress", "gunicorn", "tensorflow", "keras"} & set(loaded)
