"""A fit on a CSV file with numeric labels that get names, imbalanced, with early stopping."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from sklearn.datasets import load_digits

from trainer.cli.main import main
from trainer.runs.run import Run

NAMES = "zero,one,two"
COUNTS = (150, 12, 100)


def invoke(*words: object) -> Result:
    """Run a command of the trainer in this process."""
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Zeros, ones and twos of scikit-learn's digits as 8×8 pixels, few of them ones."""
    bunch = load_digits()
    path = tmp_path_factory.mktemp("data") / "numbers.csv"
    rows = [
        [target, *(image * 255 // 16).astype(int).ravel()]
        for target, count in enumerate(COUNTS)
        for image in bunch.images[bunch.target == target][:count]
    ]
    path.write_text("\n".join(",".join(map(str, row)) for row in rows))
    return path


@pytest.fixture(scope="module")
def fitted(csv: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A run of a small network at a learning rate that soon stops improving, and what the fit printed."""
    run = tmp_path_factory.mktemp("own") / "run"
    options = ("--recipe", "tfjs", "--labels", NAMES, "--class-weights", "balanced", "--patience", 2, "--epochs", 200)
    return run, invoke("fit", "--data", csv, *options, "--batch-size", 32, "--learning-rate", 0.01, "--run", run)


def test_fit_stops_early(fitted: tuple[Path, Result]) -> None:
    """Two epochs after the best one; the run is finished."""
    path, result = fitted
    assert result.exit_code == 0, result.output
    history = Run.open(path).history()
    best = max(row["epoch"] for row in history if row["best"])
    assert len(history) == best + 2 < 200
    assert Run.open(path).finished


def test_labels_have_names(fitted: tuple[Path, Result], csv: Path) -> None:
    """In the run, and when the same file is evaluated, whose labels are numeric."""
    path, _ = fitted
    assert Run.open(path).data["labels"] == sorted(NAMES.split(","))
    report = json.loads(invoke("evaluate", path, "--data", csv, "--json").stdout)
    assert {row["label"] for row in report["classes"]} == set(NAMES.split(","))
    assert report["data"]["n"] < sum(COUNTS) / 2  # the test split of the fit, not what was trained on
    assert report["accuracy"] > 0.8


def test_names_that_are_numbers(csv: Path, tmp_path: Path) -> None:
    """A dataset of the fit is evaluated with the names that it had there, even if its labels look like them."""
    run = tmp_path / "run"
    options = ("--recipe", "tfjs", "--labels", "2,1,0", "--epochs", 6, "--batch-size", 32, "--learning-rate", 0.01)
    assert invoke("fit", "--data", csv, *options, "--run", run).exit_code == 0
    report = json.loads(invoke("evaluate", run, "--data", csv, "--json").stdout)
    assert report["accuracy"] == pytest.approx(Run.open(run).read_json("report.json")["reports"]["4"]["accuracy"])


def test_trainer_data_names_labels(csv: Path) -> None:
    """The histogram shows the names; too few names are refused."""
    assert "zero" in invoke("data", csv, "--labels", NAMES).stdout
    refused = invoke("data", csv, "--labels", "zero,one")
    assert refused.exit_code == 1
    assert "has 3 labels, 0, 1, 2, but got 2 names" in refused.output


def test_imbalance_is_said(csv: Path, tmp_path: Path) -> None:
    """Without class weights; these change the weights of the network."""
    options = ("--recipe", "tfjs", "--labels", NAMES, "--epochs", 1, "--batch-size", 64, "--progress", "json")
    plain = invoke("fit", "--data", csv, *options, "--run", tmp_path / "plain")
    balanced = invoke("fit", "--data", csv, *options, "--class-weights", "balanced", "--run", tmp_path / "balanced")
    warnings = [json.loads(result.stdout.splitlines()[-1])["warnings"] for result in (plain, balanced)]
    assert any("imbalanced: 'zero' has" in warning for warning in warnings[0])
    assert not any("imbalanced" in warning for warning in warnings[1])
    weights = [Run.open(tmp_path / name).read_weights()[0] for name in ("plain", "balanced")]
    assert not np.array_equal(*weights)
