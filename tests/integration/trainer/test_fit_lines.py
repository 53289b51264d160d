"""`trainer fit-lines` and `trainer export --lines`: a line network for a model."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from inkling.errors import InvalidInput
from inkling.models.predictor import Predictor
from tests.support.stroke_files import write_stroke_file
from tests.support.trainer_fixtures import small_settings
from trainer.cli.main import main
from trainer.export.exporter import export
from trainer.fit import fit
from trainer.lines.run import LineRun
from trainer.lines.settings import LineSettings


@pytest.fixture(scope="module")
def strokes(tmp_path_factory):
    """A stroke file."""
    return write_stroke_file(tmp_path_factory.mktemp("data") / "digits.jsonl")


@pytest.fixture(scope="module")
def lines(strokes, tmp_path_factory) -> LineRun:
    """A line network after two epochs, the second of which was interrupted and resumed."""
    from trainer.lines import fit as module

    path = tmp_path_factory.mktemp("runs") / "lines"
    settings = LineSettings((str(strokes),), lines=160, epochs=2, batch_size=16, validation_split=0.15)
    run = LineRun.create(path, settings)
    measure, calls = module.measure, []

    def interrupt(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return measure(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "measure", interrupt)
        with pytest.raises(KeyboardInterrupt):
            module.fit_lines(run)
    assert not run.finished
    with pytest.raises(InvalidInput, match="isn't finished"):
        run.read_network()
    result = CliRunner().invoke(main, ["fit-lines", "--resume", "--run", str(path)])
    assert result.exit_code == 0, result.output
    return LineRun.open(path)


@pytest.fixture(scope="module")
def digits(strokes, tmp_path_factory):
    """A run on the same digits."""
    return fit(small_settings(data=(str(strokes),), epochs=1, outliers=()), tmp_path_factory.mktemp("runs") / "digits", [])


def test_a_run_is_described(lines):
    """Its epochs, losses, and the lines that it reads."""
    state = lines.state
    assert [row["epoch"] for row in state["epochs"]] == [1, 2]
    assert state["epochs"][1]["loss"] < state["epochs"][0]["loss"]
    assert state["epochs"][0]["n"] > 100
    assert state["data"][0]["name"] == "digits.jsonl"
    assert sorted(path.name for path in lines.path.iterdir()) == ["lines.json", "lines.onnx"]
    assert len(lines.read_network()) < 600_000


def test_a_model_gets_it(lines, digits, tmp_path):
    """The file holds both networks, and its card says where the second comes from."""
    path = tmp_path / "digits.onnx"
    result = CliRunner().invoke(main, ["export", str(digits.path), "--lines", str(lines.path), "--out", str(path)])
    assert result.exit_code == 0, result.output
    predictor = Predictor(path)
    assert predictor.line_network.predict(np.zeros((28, 40), np.uint8)).shape == (20, 12)
    described = predictor.card.raw["line_network"]
    assert described["settings"]["data"] == ["digits.jsonl"]
    assert described["validation"]["n"] == lines.state["epochs"][-1]["n"]
    assert str(lines.path.parent) not in json.dumps(described)
    full = tmp_path / "full.onnx"
    result = CliRunner().invoke(main, ["export", str(path), "--full", str(full)])
    assert result.exit_code == 0, result.output
    assert full.stat().st_size < path.stat().st_size / 2


def test_other_images_are_refused(lines, digits, digits_run, strokes, tmp_path):
    """A line network that may have seen the model's test images, or that reads other labels."""
    with pytest.raises(InvalidInput, match="fitted on other --data"):
        export(digits_run, tmp_path / "m.onnx", lines)
    other = LineRun.create(tmp_path / "other", LineSettings((str(strokes),), seed=5, validation_split=0.15))
    other.finish(b"")
    other.write_state(lines.state | {"settings": other.settings.to_dict()})
    with pytest.raises(InvalidInput, match="fitted with seed 5"):
        export(digits, tmp_path / "m.onnx", other)
    letters = write_stroke_file(tmp_path / "two.jsonl", labels="01")
    two = fit(small_settings(data=(str(letters),), epochs=1, outliers=()), tmp_path / "two", [])
    with pytest.raises(InvalidInput, match="reads the digits 0 to 9"):
        export(two, tmp_path / "m.onnx", lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--run", "new"], "needs --data"),
        (["--data", "digits", "--run", "new"], "composed from the strokes"),
        (["--data", "nosuch", "--run", "new"], "nosuch"),
        (["--resume", "--run", "nosuch"], "isn't the run of a line network"),
        (["--data", "digits", "--run", "full"], "isn't empty"),
    ],
)
def test_mistakes_get_a_sentence(arguments, message, tmp_path, monkeypatch):
    """And exit code 1, without a traceback."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    result = CliRunner().invoke(main, ["fit-lines", *arguments])
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "new").exists()


def test_a_finished_run_is_not_resumed(lines):
    """There is nothing left to do."""
    result = CliRunner().invoke(main, ["fit-lines", "--resume", "--run", str(lines.path)])
    assert result.exit_code == 1
    assert "is finished already" in result.output
