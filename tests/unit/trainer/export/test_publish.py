"""Publish: a run's model -> the folder that is served, with the versions before kept."""

import subprocess
import sys
from pathlib import Path

import pytest

from inkling.errors import BadInput, InklingError
from inkling.models.predictor import Predictor
from inkling.models.repository import Shelf
from tests.support.fake_model import fake_card, write_fake_model
from trainer.export.publish import publish, publish_run
from trainer.runs.run import Run

BOTH = """
import sys
from pathlib import Path
from inkling.errors import InUse
from trainer.export.publish import publish
done = 0
while done < 10:
    try:
        publish(Path(sys.argv[1]), Path(sys.argv[2]), "digits")
        done += 1
    except InUse:
        continue  # the other one is at it
"""


def test_a_run_is_published_through_every_gate(digits_run: Run, tmp_path: Path):
    """Its card has the name it is published under; what stood there is kept."""
    models = tmp_path / "models"
    models.mkdir()
    before = write_fake_model(models / "mine.onnx").read_bytes()
    place = publish_run(digits_run, models, "mine")
    assert place == models / "mine.onnx"
    assert Predictor(place).card.name == "mine"
    assert Predictor(place).card.fields["report"]["smoke"]["probabilities"]
    assert [version.path.read_bytes() for version in Shelf(models).versions("mine")] == [before]


@pytest.mark.parametrize("name", ["../mine", "a/b", "", ".hidden"])
def test_a_name_with_a_path_in_it_is_refused_before_the_work(digits_run: Run, tmp_path: Path, name: str):
    """And nothing is written."""
    with pytest.raises(BadInput, match=r"Expected a name of letters"):
        publish_run(digits_run, tmp_path / "models", name)
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_run_is_not_published(tmp_path: Path):
    """What answers goes on answering."""
    (tmp_path / "settings.json").write_text("{}")
    with pytest.raises(InklingError, match=r"Expected a finished run"):
        publish_run(Run(tmp_path), tmp_path / "models", "mine")
    assert not (tmp_path / "models").exists()


def test_two_that_publish_at_once_take_turns(tmp_path: Path):
    """Some are refused, none breaks anything: what stands there at the end answers, and so does every version."""
    models = tmp_path / "models"
    files = [write_fake_model(tmp_path / f"{n}.onnx", card=fake_card(["a", "b"], n), labels=["a", "b"]) for n in "xy"]
    started = [subprocess.Popen([sys.executable, "-c", BOTH, str(file), str(models)]) for file in files]
    assert [process.wait(120) for process in started] == [0, 0]
    shelf = Shelf(models)
    for path in (shelf.place("digits"), *(version.path for version in shelf.versions("digits"))):
        assert path.read_bytes() in [file.read_bytes() for file in files]
    assert publish(files[0], models, "digits").read_bytes() == files[0].read_bytes()
    assert [path.name for path in models.iterdir() if path.name.startswith(".")] == [".versions"]
