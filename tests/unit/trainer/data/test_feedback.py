"""`--data feedback`: what people sent to the server, as a set to learn from."""

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
    """The address of a store that the trainer is told of."""
    address = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("INKLING_STORE", address)
    return address


def hook(number: int) -> list[list[list[float]]]:
    """Strokes that differ from every other number's."""
    return [[[0, 0], [20, 5], [20, 20 + 3 * number]], [[0, 40], [30, 40 + number]]]


def test_what_the_server_keeps_is_what_the_trainer_learns_from(store: str, make_app):  # noqa: F811
    """Images, labels and strokes, in the order they came; a picture has no strokes."""
    client = make_app(store=store).test_client()
    for number in range(6):
        body = {"strokes": hook(number), "label": str(number % 2)}
        assert client.post("/feedback", json=body).status_code == 201
    picture = rasterize([np.array(stroke, np.float64) for stroke in hook(9)])
    assert client.post("/feedback", json={"pixels": picture.tolist(), "label": "x"}).status_code == 201
    known = load("feedback")
    assert known.name == "feedback"
    assert [known.labels[target] for target in known.targets] == ["0", "1"] * 3 + ["x"]
    for number in range(6):
        drawn = rasterize([np.array(stroke, np.float64) for stroke in hook(number)])
        assert np.array_equal(known.images[number], normalize(drawn))
        assert [stroke.tolist() for stroke in known.strokes[number]] == hook(number)
    assert known.strokes[6] is None
    assert np.array_equal(known.images[6], normalize(picture))


def test_strokes_are_drawn_anew_while_fitting(store: str, make_app):  # noqa: F811
    """As those of any other set with strokes; pictures are not."""
    client = make_app(store=store).test_client()
    for number in range(30):
        client.post("/feedback", json={"strokes": hook(number), "label": str(number % 2)})
    client.post("/feedback", json={"pixels": rasterize([np.array(hook(50)[0], np.float64)]).tolist(), "label": "0"})
    parts = split([load("feedback")], 0, 0.2)
    examples = TrainingExamples.from_split(parts)
    with_strokes = sum(drawing is not None for drawing in parts.train.strokes)
    assert len(examples.with_strokes) == with_strokes > 10


def test_another_normalisation_makes_the_images_anew(store: str):
    """From the pictures that are kept; those that show nothing under it are left out."""
    from tests.support.pictures import draw_seven, encode_picture

    engine = open_database(store)
    blank = encode_picture(np.full((30, 30), 255, np.uint8))
    new = FeedbackDrawing.create(
        "7", np.zeros((28, 28), np.uint8), draw_seven(), None, predicted=None, confidence=None, model=None, sha256=None
    )
    old = replace(new, id="1", normalization=NORMALIZATION_VERSION - 1)
    for kept in (old, replace(old, id="2", picture=blank), replace(old, id="3", label="1")):
        FeedbackStore(engine, 10).add(kept)
    engine.dispose()
    known = load("feedback")
    assert (len(known), known.empty) == (2, 1)
    assert np.array_equal(known.images[0], normalize(draw_seven()))
    assert known.strokes is None


@pytest.mark.parametrize("there", [False, True], ids=["no store", "an empty store"])
def test_without_feedback_a_sentence_says_where_it_would_be(store: str, tmp_path: Path, there: bool):
    """And no store is made."""
    if there:
        open_database(store).dispose()
    with pytest.raises(InvalidDataset, match=r"Expected drawings of feedback in the store that INKLING_STORE names.*store\.db"):
        load("feedback")
    assert (tmp_path / "store.db").exists() is there


def test_feedback_goes_by_its_name(store: str, make_app):  # noqa: F811
    """From every folder, in the list of names, and in `trainer data`."""
    assert "feedback" in dataset_names()
    assert resolve_spec("feedback") == "feedback"
    client = make_app(store=store).test_client()
    for number in range(8):
        client.post("/feedback", json={"strokes": hook(number), "label": str(number % 2)})
    told = CliRunner().invoke(data, ["feedback"])
    assert told.exit_code == 0, told.output
    assert "set         feedback" in told.stdout


def test_reading_feedback_takes_no_web_framework(store: str, make_app):  # noqa: F811
    """The trainer reads the store, and nothing else of the server."""
    make_app(store=store).test_client().post("/feedback", json={"strokes": hook(1), "label": "1"})
    code = "import sys; from trainer.data.spec import load; load('feedback'); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "inkling.service.store.feedback" in loaded
    assert not {"flask", "werkzeug", "server.app", "waitress", "gunicorn", "tensorflow", "keras"} & set(loaded)
