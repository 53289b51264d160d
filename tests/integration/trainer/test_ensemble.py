"""Ensembles, from the command line to the student."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.support.trainer_fixtures import stop_after_one_epoch
from trainer.cli.main import main
from trainer.fit import fit
from trainer.runs.keras_predictor import keras_predictor
from trainer.runs.run import Run
from trainer.training.control import FitControl

pytestmark = pytest.mark.slow

SMALL = ("--data", "digits", "--recipe", "tfjs", "--batch-size", "64", "--learning-rate", "0.01", "--device", "cpu")


def invoke(*words: object):
    """Invoke `trainer` in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="trainer")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """An ensemble of two small fits."""
    path = tmp_path_factory.mktemp("ensemble") / "two"
    result = invoke("ensemble", "--members", 2, *SMALL, "--epochs", 2, "--jobs", 2, "--run", path)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[3].split()[0] == "ensemble"
    assert "images: 216 validation, 359 test" in result.stdout
    return path


def test_the_ensemble_is_the_mean_of_its_members(folder):
    """Accuracy and loss are those of the averaged probabilities."""
    scores = json.loads((folder / "ensemble.json").read_text())
    runs = [Run.open(folder / name) for name in ("member-0", "member-1")]
    assert [member["run"] for member in scores["members"]] == ["member-0", "member-1"]
    assert [list(choices) for choices in (scores["ensemble"]["validation"], scores["ensemble"]["test"])] == [["1"], ["1"]]
    for part, crops in (("validation", "1"), ("test", "1")):
        dataset = runs[0].held_out(part)
        each = [keras_predictor(run).predict(dataset.images, crops).probabilities for run in runs]
        rows = [*scores["members"], scores["ensemble"]]
        for probabilities, row in zip([*each, np.mean(each, 0)], rows, strict=True):
            assert row[part][crops]["accuracy"] == (probabilities.argmax(1) == dataset.targets).mean()
            loss = -np.log(probabilities[np.arange(len(dataset)), dataset.targets]).mean()
            assert row[part][crops]["loss"] == pytest.approx(loss, rel=1e-4)
    assert runs[0].read_json("report.json")["reports"]["1"]["accuracy"] == scores["members"][0]["test"]["1"]["accuracy"]


def test_complete_members_are_skipped_and_other_settings_refused(folder):
    """The command can be repeated; a folder contains one ensemble."""
    before = (folder / "member-1" / "best.npz").stat().st_mtime_ns
    again = invoke("ensemble", "--members", 2, *SMALL, "--epochs", 2, "--run", folder)
    assert again.exit_code == 0, again.stderr
    assert "2 already complete" in again.stderr
    assert (folder / "member-1" / "best.npz").stat().st_mtime_ns == before
    other = invoke("ensemble", "--members", 2, *SMALL, "--epochs", 3, "--run", folder)
    assert (other.exit_code, "choose another --run" in other.stderr) == (1, True)


@pytest.mark.slow
def test_an_interrupted_member_is_resumed(folder, tmp_path):
    """It ends bit-equal to one that was not interrupted."""
    settings = Run.open(folder / "member-0").settings
    control = FitControl(settings)
    run = fit(settings, tmp_path / "one" / "member-0", [stop_after_one_epoch(control)], control)
    assert run.finished
    assert len(run.history()) == 1
    result = invoke("ensemble", "--members", 1, *SMALL, "--epochs", 2, "--run", tmp_path / "one")
    assert result.exit_code == 0, result.stderr
    assert len(run.history()) == 2
    for mine, theirs in zip(run.read_weights(), Run.open(folder / "member-0").read_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.slow
def test_a_failed_member_is_named(tmp_path):
    """With the reason from its process."""
    result = invoke("ensemble", "--members", 1, *SMALL, "--data", "nowhere", "--run", tmp_path / "none")
    assert result.exit_code == 1
    assert "member-0: " in result.stderr.splitlines()[-1]
    assert "nowhere" in result.stderr.splitlines()[-1]
    assert not (tmp_path / "none" / "ensemble.json").exists()


def test_an_ensemble_is_a_teacher(folder, tmp_path):
    """`distill --teacher FOLDER` uses every member; the run names them."""
    result = invoke("distill", "--teacher", folder, *SMALL, "--epochs", 1, "--run", tmp_path / "student")
    assert result.exit_code == 0, result.stderr
    student = Run.open(tmp_path / "student")
    assert student.settings.teachers == (str(folder),)
    assert [teacher["name"] for teacher in student.data["teachers"]] == ["member-0", "member-1"]
    assert student.finished


def test_distill_needs_a_teacher():
    """Otherwise it is a usage error."""
    assert invoke("distill", *SMALL).exit_code == 2


def test_a_damaged_ensemble_is_refused(tmp_path):
    """The message names the file."""
    (tmp_path / "ensemble.json").write_text('{"members": [{}')
    result = invoke("distill", "--teacher", tmp_path, *SMALL, "--run", tmp_path / "student")
    assert (result.exit_code, "ensemble.json" in result.stderr) == (1, True)
