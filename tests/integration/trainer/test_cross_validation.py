"""Cross-validation: every image is tested once."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.small_datasets import write_icons
from trainer.cli.main import main
from trainer.runs.run import Run

pytestmark = pytest.mark.slow

SETTINGS = ("--data=digits", "--recipe=tfjs", "--batch-size=64", "--epochs=2", "--device=cpu")


def invoke(*words: object) -> Result:
    """Run `trainer cross-validate` in this process."""
    return CliRunner().invoke(main, ["cross-validate", *map(str, words)], prog_name="trainer")


def test_cross_validation(tmp_path: Path) -> None:
    """The accuracy of all folds together, which a second call reads from the finished runs."""
    folder = tmp_path / "folds"
    first = invoke("--folds", 2, *SETTINGS, "--jobs", 2, "--run", folder)
    assert first.exit_code == 0, first.output
    summary = json.loads((folder / "cross-validation.json").read_text())
    assert summary["n"] == 1797
    assert summary["interval"][0] < summary["accuracy"] < summary["interval"][1]
    assert [fold["n"] for fold in summary["folds"]] == [len(Run.open(folder / f"fold-{i}").held_out("test")) for i in (0, 1)]
    assert sum(row["n"] for row in summary["classes"]) == 1797
    assert "n = 1,797  95 % interval" in first.stdout
    again = invoke("--folds", 2, *SETTINGS, "--run", folder, "--json")
    assert "2 already complete" in again.stderr
    assert json.loads(again.stdout) == summary


def test_a_label_that_one_fold_would_leave_out(tmp_path: Path) -> None:
    """Is refused before the first fit."""
    data = write_icons(tmp_path / "icons", 6)
    for path in list((data / "cross").glob("*.png"))[1:]:
        path.unlink()
    refused = invoke("--folds", 2, "--data", data, "--recipe=tfjs", "--run", tmp_path / "folds")
    assert refused.exit_code == 1
    assert "no training images for cross" in refused.output
    assert not (tmp_path / "folds").exists()


def test_options_that_do_not_fit(tmp_path: Path) -> None:
    """One fold is no cross-validation."""
    assert invoke("--folds", 1, *SETTINGS, "--run", tmp_path).exit_code == 2
