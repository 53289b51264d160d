"""Experiment trackers: the events of a real fit, with packages that record what they are told."""

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from inkling.errors import InvalidInput
from tests.support.trainer_fixtures import small_settings
from trainer.cli.main import main
from trainer.errors import FitFailed
from trainer.fit import fit
from trainer.runs.run import Run
from trainer.training.events import EpochEvent, FailedEvent, StartedEvent
from trainer.training.trackers import FILES, TRACKERS, MlflowTracker, WandbTracker, open_trackers


class Recorder:
    """Stands for a package and for every object of it: records calls, and the content of the files they name."""

    def __init__(self, name: str = "", calls: list | None = None):
        self._name, self.calls = name, [] if calls is None else calls

    def __getattr__(self, name: str) -> "Recorder":
        return Recorder(name, self.calls)

    def __call__(self, *words: Any, **options: Any) -> "Recorder":
        files = [Path(word) for word in words if isinstance(word, str) and word.endswith((".json", ".md", ".toml", ".png"))]
        self.calls.append((self._name, words, options, {path.name: path.read_bytes() for path in files}))
        return self

    def of(self, name: str) -> list[tuple]:
        """The arguments of all calls of a function."""
        return [(words, options) for called, words, options, _ in self.calls if called == name]

    @property
    def files(self) -> dict[str, bytes]:
        """All files that were named."""
        return {name: content for _, _, _, files in self.calls for name, content in files.items()}


class Broken(Recorder):
    """A package that fails from a given call on."""

    def __init__(self, failing: str):
        super().__init__()
        self.failing = failing

    def __getattr__(self, name: str) -> Recorder:
        if name == self.failing:
            raise ConnectionError("The server is gone.\nDetails.")
        return super().__getattr__(name)


def record(tracker: type, events: list) -> Recorder:
    """What a tracker calls of its package for the events of a fit."""
    package = Recorder()
    listener = tracker(package)
    for event in events:
        listener(event)
    return package


def test_mlflow_gets_parameters_metrics_and_artifacts(fitted):
    """Metrics have the epoch as step; the card is that of the run."""
    run, events = fitted
    package = record(MlflowTracker, events)
    assert package.of("set_experiment") == [(("inkling",), {})]
    ((_, started),) = package.of("start_run")
    assert (started["run_name"], started["tags"]["recipe"]) == (run.path.name, "tfjs")
    (((params,), _),) = package.of("log_params")
    assert (params["data"], params["outliers"], params["batch_size"]) == ("digits", "none", "64")
    *epochs, ((result,), _) = package.of("log_metrics")
    assert [options["step"] for _, options in epochs] == [1, 2, 3, 4]
    assert [words[0]["val_accuracy"] for words, _ in epochs] == [row["val_accuracy"] for row in run.history()]
    assert result["test_accuracy_1_crop"] > 0.9
    assert package.files.keys() == {*FILES, "card.json", "card.md"}
    assert json.loads(package.files["card.json"])["labels"] == run.data["labels"]
    assert package.of("end_run") == [(("FINISHED",), {})]


def test_wandb_runs_offline_in_the_run_folder(fitted):
    """With settings, metrics, pictures and an artifact."""
    run, events = fitted
    package = record(WandbTracker, events)
    ((_, options),) = package.of("init")
    assert (options["mode"], options["dir"], options["project"]) == ("offline", str(run.path), "inkling")
    assert options["config"]["batch_size"] == 64
    assert [found["step"] for _, found in package.of("log") if found] == [1, 2, 3, 4]
    assert package.of("add_file")
    assert package.files.keys() == {*FILES, "card.json", "card.md"}
    assert package.of("finish") == [((), {"exit_code": 0})]


@pytest.mark.parametrize("tracker", TRACKERS.values())
def test_a_failed_fit_ends_the_run_of_the_tracker(fitted, tracker):
    """As failed."""
    package = Recorder()
    listener = tracker(package)
    listener(next(event for event in fitted[1] if isinstance(event, StartedEvent)))
    listener(FailedEvent(message="out of memory"))
    assert package.of("end_run") == [(("FAILED",), {})] or package.of("finish") == [((), {"exit_code": 1})]


def test_a_stopped_fit_is_a_killed_run_with_a_result(fitted):
    """Ctrl-C saves the best weights; MLflow has a status for it."""
    package = Recorder()
    tracker = MlflowTracker(package)
    for event in (fitted[1][0], replace(fitted[1][-1], interrupted=True)):
        tracker(event)
    assert package.of("end_run") == [(("KILLED",), {})]
    assert "report.json" in package.files


def test_a_tracker_that_fails_does_not_end_the_fit(fitted, caplog):
    """It warns once; if it can't even start, the fit fails with a sentence."""
    started, epoch = (next(event for event in fitted[1] if isinstance(event, kind)) for kind in (StartedEvent, EpochEvent))
    tracker = MlflowTracker(Broken("log_metrics"))
    for event in (started, epoch, epoch):
        tracker(event)
    assert [record.getMessage() for record in caplog.records] == [
        "mlflow failed and logs no more of this fit: The server is gone."
    ]
    with pytest.raises(FitFailed, match="mlflow can't start: The server is gone"):
        MlflowTracker(Broken("start_run"))(started)


@pytest.mark.parametrize("exists", [False, True])
def test_a_fit_whose_tracker_cannot_start_leaves_no_run(tmp_path, exists):
    """The same fit works afterwards; files that were there before remain."""
    path = tmp_path / "run"
    if exists:
        path.mkdir()
        (path / "notes.txt").write_text("mine")
    with pytest.raises(FitFailed, match="can't start"):
        fit(small_settings(epochs=1), path, [MlflowTracker(Broken("start_run"))])
    assert path.exists() == exists
    assert not exists or (path / "notes.txt").read_text() == "mine"
    Run.check_free(path)


@pytest.mark.parametrize("name", TRACKERS)
def test_a_missing_package_is_named_with_its_extra(name, monkeypatch):
    """Before anything else happens; an unknown tracker is a usage error."""
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InvalidInput, match=rf"\[{name}\]"):
        open_trackers((name,))
    result = CliRunner().invoke(main, ["fit", "--log", name], prog_name="trainer")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    unknown = CliRunner().invoke(main, ["fit", "--log", "comet"])
    assert (unknown.exit_code, all(each in unknown.stderr for each in TRACKERS)) == (2, True)


@pytest.mark.skipif(not importlib.util.find_spec("mlflow"), reason="MLflow is not installed")
@pytest.mark.filterwarnings("ignore")
def test_mlflow_itself(fitted, tmp_path, monkeypatch):
    """The run can be found with its metrics and artifacts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    (tracker,) = open_trackers(("mlflow",))
    for event in fitted[1]:
        tracker(event)
    import mlflow

    (found,) = mlflow.search_runs(experiment_names=["inkling"], output_format="list")
    assert found.data.metrics["test_accuracy_1_crop"] > 0.9
    assert {"card.json", "card.md", *FILES} == {each.path for each in mlflow.MlflowClient().list_artifacts(found.info.run_id)}


@pytest.mark.skipif(not importlib.util.find_spec("wandb"), reason="Weights & Biases is not installed")
@pytest.mark.filterwarnings("ignore")
def test_wandb_itself(fitted, tmp_path, monkeypatch):
    """An offline run is written."""
    monkeypatch.setenv("WANDB_DIR", str(tmp_path))
    (tracker,) = open_trackers(("wandb",))
    for event in fitted[1]:
        tracker(event)
    assert list(tmp_path.glob("wandb/offline-run-*/*.wandb"))
