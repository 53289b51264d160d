"""Listeners that log a fit to an experiment tracker: MLflow or Weights & Biases. Each is an extra of the package."""

import json
import logging
import os
import tempfile
from abc import ABC, abstractmethod
from importlib import import_module
from pathlib import Path
from typing import Any

from inkling.distribution import extra
from inkling.errors import InvalidInput
from trainer.errors import FitFailed
from trainer.runs.run import Run
from trainer.settings_table import format_value
from trainer.training.events import EpochEvent, FailedEvent, FinishedEvent, FitEvent, StartedEvent

METRICS = ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "images_per_second")
FILES = ("config.toml", "report.json", "curves.png", "samples.png", "mistakes.png")
PROJECT = "inkling"
"""Name of the experiment or project, unless an environment variable of the tracker names another."""

log = logging.getLogger(__name__)


class ExperimentTracker(ABC):
    """Logs settings, tags, metrics per epoch, the result and files. A tracker that fails during the fit doesn't end it.

    name: as in `--log`. module: the tracker's package.
    """

    name = ""

    def __init__(self, module: Any):
        self.module, self.run = module, Run(Path())
        self.is_open = False

    def __call__(self, event: FitEvent) -> None:
        if isinstance(event, StartedEvent):
            self._start(event)
        elif self.is_open:
            try:
                self._handle(event)
            except Exception as error:  # the network, the disk, the server: whatever the package raises
                self.is_open = False
                log.warning("%s failed and logs no more of this fit: %s", self.name, _first_line(error))

    def _start(self, event: StartedEvent) -> None:
        self.run = Run.open(Path(event.run))
        tags = {name: str(getattr(event, name)) for name in ("run", "device", "backend", "precision")}
        tags |= {"recipe": self.run.settings.recipe, "first_epoch": str(event.first_epoch + 1)}
        try:
            self.begin(self.run.path.resolve().name, self.run.settings.to_dict(), tags)
        except Exception as error:
            raise FitFailed(f"--log {self.name} can't start: {_first_line(error)}") from error
        self.is_open = True

    def _handle(self, event: FitEvent) -> None:
        if isinstance(event, EpochEvent):
            values = {name: getattr(event, name) for name in METRICS}
            self.log_metrics({name: value for name, value in values.items() if value is not None}, event.epoch)
        elif isinstance(event, FinishedEvent):
            accuracies = {
                f"test_accuracy_{crops}_crop{'s' * (crops != '1')}": event.test[crops] for crops in event.test if crops != "n"
            }
            self.log_result(accuracies | {"best_val_accuracy": event.val_accuracy, "best_epoch": event.best_epoch})
            with tempfile.TemporaryDirectory() as folder:
                self.log_files([*map(self.run.file, FILES), *_write_cards(self.run, Path(folder))])
            self.end("KILLED" if event.interrupted else "FINISHED")
        elif isinstance(event, FailedEvent):
            self.end("FAILED")

    @abstractmethod
    def begin(self, name: str, settings: dict[str, Any], tags: dict[str, str]) -> None:
        """Begin a run of the tracker."""

    @abstractmethod
    def log_metrics(self, metrics: dict[str, float], epoch: int) -> None:
        """Log the metrics of an epoch."""

    @abstractmethod
    def log_result(self, metrics: dict[str, float]) -> None:
        """Log metrics of the whole fit."""

    @abstractmethod
    def log_files(self, paths: list[Path]) -> None:
        """Store files with the run. They may be deleted afterwards."""

    @abstractmethod
    def end(self, status: str) -> None:
        """End the run of the tracker: FINISHED, KILLED (by Ctrl-C, with a result) or FAILED."""


class MlflowTracker(ExperimentTracker):
    """Logs to MLflow, wherever MLFLOW_TRACKING_URI says, in the experiment MLFLOW_EXPERIMENT_NAME."""

    name = "mlflow"

    def begin(self, name: str, settings: dict[str, Any], tags: dict[str, str]) -> None:
        """Start a run with the settings as parameters."""
        if not {"MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID"} & os.environ.keys():
            self.module.set_experiment(PROJECT)
        self.module.start_run(run_name=name, tags=tags)
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
        self.module.log_params({key: format_value(value) for key, value in values.items()})

    def log_metrics(self, metrics: dict[str, float], epoch: int) -> None:
        """Log metrics with the epoch as step."""
        self.module.log_metrics(metrics, step=epoch)

    def log_result(self, metrics: dict[str, float]) -> None:
        """Log metrics without a step."""
        self.module.log_metrics(metrics)

    def log_files(self, paths: list[Path]) -> None:
        """Log artifacts."""
        for path in paths:
            self.module.log_artifact(str(path))

    def end(self, status: str) -> None:
        """End the run with this status."""
        self.module.end_run(status)


class WandbTracker(ExperimentTracker):
    """Logs to Weights & Biases: offline, into the run folder, unless WANDB_MODE and WANDB_DIR say otherwise."""

    name = "wandb"

    def begin(self, name: str, settings: dict[str, Any], tags: dict[str, str]) -> None:
        """Start a run with settings and tags as its configuration."""
        self.remote = self.module.init(
            project=os.environ.get("WANDB_PROJECT", PROJECT),
            name=name,
            config=settings | {f"fit/{key}": value for key, value in tags.items()},
            tags=[tags["recipe"]],
            mode=os.environ.get("WANDB_MODE", "offline"),
            dir=os.environ.get("WANDB_DIR", str(self.run.path)),
            settings=self.module.Settings(silent=True, console="off"),
        )

    def log_metrics(self, metrics: dict[str, float], epoch: int) -> None:
        """Log metrics with the epoch as step."""
        self.remote.log(metrics, step=epoch)

    def log_result(self, metrics: dict[str, float]) -> None:
        """Log metrics into the summary."""
        self.remote.summary.update(metrics)

    def log_files(self, paths: list[Path]) -> None:
        """Log pictures as images, and all files as an artifact."""
        self.remote.log({path.stem: self.module.Image(str(path)) for path in paths if path.suffix == ".png"})
        artifact = self.module.Artifact(self.run.path.resolve().name, type="fit")
        for path in paths:
            artifact.add_file(str(path))
        self.remote.log_artifact(artifact)

    def end(self, status: str) -> None:
        """End the run; it fails with an exit code."""
        self.remote.finish(exit_code=int(status == "FAILED"))


TRACKERS: dict[str, type[ExperimentTracker]] = {each.name: each for each in (MlflowTracker, WandbTracker)}


def open_trackers(names: tuple[str, ...]) -> list[ExperimentTracker]:
    """Return a listener for each name. Raises InvalidInput if its package is not installed."""
    trackers = []
    for name in dict.fromkeys(names):
        try:
            module = import_module(name)
        except ImportError as error:
            raise InvalidInput(f"--log {name} needs its package: pip install '{extra(name)}'.") from error
        trackers.append(TRACKERS[name](module))
    return trackers


def _write_cards(run: Run, folder: Path) -> list[Path]:
    """Write the run's model card as JSON and as Markdown into a folder; return the paths."""
    from trainer.export.markdown_card import markdown_card
    from trainer.runs.run_card import run_card  # imports Keras

    card = run_card(run)
    texts = {"card.json": json.dumps(card.raw, indent=2, ensure_ascii=False) + "\n", "card.md": markdown_card(card)}
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in texts]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
