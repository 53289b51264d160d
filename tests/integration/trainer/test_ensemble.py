"""Ensembles, from the command line to the student."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.support.trainer_fixtures import after_an_epoch
from trainer.cli.main import main
from trainer.runs.keras_predictor import run_predictor
from trainer.runs.run import Run
from trainer.training.control import Controls
from trainer.training.fit import fit

SMALL = ("--data", "digits", "--recipe", "tfjs", "--batch-size", "64", "--learning-rate", "0.01", "--device", "cpu")


def run(*words: object):
    """Invoke `trainer` in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="trainer")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """An ensemble of two small fits."""
    place = tmp_path_factory.mktemp("ensemble") / "two"
    done = run("ensemble", "--members", 2, *SMALL, "--epochs", 2, "--jobs", 2, "--run", place)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[3].split()[0] == "ensemble"
    assert "images: 216 validation, 359 test" in done.stdout
    return place


def test_the_figures_are_those_of_the_mean_of_the_members_probabilities(folder):
    """Accuracy and loss of each part, by hand."""
    scores = json.loads((folder / "ensemble.json").read_text())
    runs = [Run.open(folder / name) for name in ("member-0", "member-1")]
    assert [member["run"] for member in scores["members"]] == ["member-0", "member-1"]
    for part, crops in (("validation", "1"), ("test", "1"), ("test", "4")):
        known = runs[0].held_out(part)
        each = [run_predictor(run).predict(known.images, crops).probabilities for run in runs]
        for given, figures in zip([*each, np.mean(each, 0)], [*scores["members"], scores["ensemble"]], strict=True):
            assert figures[part][crops]["accuracy"] == (given.argmax(1) == known.targets).mean()
            loss = -np.log(given[np.arange(len(known)), known.targets]).mean()
            assert figures[part][crops]["loss"] == pytest.approx(loss, rel=1e-4)
    assert runs[0].read_json("report.json")["reports"]["4"]["accuracy"] == scores["members"][0]["test"]["4"]["accuracy"]


def test_what_is_done_stays_and_other_settings_are_refused(folder):
    """The command can be repeated; a folder holds one ensemble."""
    before = (folder / "member-1" / "best.npz").stat().st_mtime_ns
    again = run("ensemble", "--members", 2, *SMALL, "--epochs", 2, "--run", folder)
    assert again.exit_code == 0, again.stderr
    assert "2 of them done before" in again.stderr
    assert (folder / "member-1" / "best.npz").stat().st_mtime_ns == before
    other = run("ensemble", "--members", 2, *SMALL, "--epochs", 3, "--run", folder)
    assert (other.exit_code, "choose another --run" in other.stderr) == (1, True)


def test_a_member_that_was_begun_goes_on(folder, tmp_path):
    """One that Ctrl-C ended early has the same weights in the end as one that never stopped."""
    settings = Run.open(folder / "member-0").settings
    controls = Controls(settings)
    begun = fit(settings, tmp_path / "one" / "member-0", [after_an_epoch(controls)], controls)
    assert begun.finished
    assert len(begun.history()) == 1
    done = run("ensemble", "--members", 1, *SMALL, "--epochs", 2, "--run", tmp_path / "one")
    assert done.exit_code == 0, done.stderr
    assert len(begun.history()) == 2
    for mine, theirs in zip(begun.read_weights(), Run.open(folder / "member-0").read_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_member_that_fails_is_named(tmp_path):
    """With the reason that its own process gave."""
    done = run("ensemble", "--members", 1, *SMALL, "--data", "nowhere", "--run", tmp_path / "none")
    assert done.exit_code == 1
    assert "member-0: Expected mnist" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "none" / "ensemble.json").exists()


def test_the_folder_teaches_as_all_of_its_members(folder, tmp_path):
    """`distill --teacher FOLDER` is a fit with every member as a teacher, whose card names them."""
    done = run("distill", "--teacher", folder, *SMALL, "--epochs", 2, "--run", tmp_path / "student")
    assert done.exit_code == 0, done.stderr
    student = Run.open(tmp_path / "student")
    assert student.settings.teachers == (str(folder),)
    assert [teacher["name"] for teacher in student.data["teachers"]] == ["member-0", "member-1"]
    assert student.finished


def test_distill_without_a_teacher_is_wrong_usage():
    """click's own check."""
    assert run("distill", *SMALL).exit_code == 2


def test_a_damaged_ensemble_is_refused_by_the_name_of_its_file(tmp_path):
    """Half a file is no ensemble."""
    (tmp_path / "ensemble.json").write_text('{"members": [{}')
    done = run("distill", "--teacher", tmp_path, *SMALL, "--run", tmp_path / "student")
    assert (done.exit_code, "whole ensemble.json" in done.stderr) == (1, True)
