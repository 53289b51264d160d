"""The training loop: runs the epochs of a fit, emits events, acts on control requests, saves best weights and checkpoints."""

import math
import time

import numpy as np

from trainer.errors import FitFailed
from trainer.inspection.inspector import Inspector
from trainer.inspection.predictions import PredictionPage
from trainer.inspection.request import PageRequest
from trainer.inspection.snapshot import Snapshot
from trainer.runs.phases import PhaseTimer
from trainer.runs.run import Run
from trainer.training.checkpoint import Checkpoint
from trainer.training.control import FitControl
from trainer.training.events import BatchEvent, EpochEvent, FitListener, PausedEvent, ResumedEvent, SettingChangedEvent
from trainer.training.running_metrics import RunningMetrics
from trainer.training.setting_changes import SettingChangeLog
from trainer.training.throughput import Throughput
from trainer.training.trainable_model import TrainableModel
from trainer.training.validation import ValidationResult

MAX_BATCH_EVENTS_PER_SECOND = 20

NO_SCORE = (-math.inf, -math.inf)


class TrainingLoop:
    """Trains a model epoch by epoch. An epoch may be trained in parts: control requests are handled between them."""

    def __init__(
        self,
        folder: Run,
        model: TrainableModel,
        checkpoint: Checkpoint,
        emit: FitListener,
        control: FitControl,
        phases: PhaseTimer,
    ):
        self.folder, self.model, self.checkpoint, self.emit, self.control = folder, model, checkpoint, emit, control
        self.phases, self.first_step_started = phases, 0.0
        self.labels = folder.data["labels"]
        self.epochs = model.settings.epochs
        self.throughput, self.metrics = Throughput(), RunningMetrics()
        self.inspector = Inspector(model.network, model.validation_set, self.labels)
        rows = folder.history()[: checkpoint.epoch]
        best = next((row for row in reversed(rows) if row["best"]), None)
        self.best_score = (best["val_accuracy"], -best["val_loss"]) if best else NO_SCORE
        """Accuracy and negative loss on the validation set of the weights that were saved last."""
        self.best_epoch = best["epoch"] if best else 0
        self.changes = SettingChangeLog(folder, model.progress.step)
        self.last_batch_event = 0.0
        self.interrupted = self.is_compiled = False

    @property
    def seconds(self) -> float:
        """Training time since the fit began, including before a resume, without pauses."""
        return self.checkpoint.seconds + self.throughput.seconds

    @property
    def has_weights(self) -> bool:
        """Whether weights were saved."""
        return self.best_score != NO_SCORE

    def run(self) -> None:
        """Train from the checkpoint's epoch to the last one, until the patience is exhausted, or until a stop is requested."""
        patience = self.model.settings.patience or self.epochs
        for epoch in range(self.checkpoint.epoch, self.epochs):
            if epoch - self.best_epoch >= patience:
                return
            if not self._run_epoch(epoch):
                self.interrupted = True
                return

    def _run_epoch(self, epoch: int) -> bool:
        """Train an epoch; return whether it was completed. The weights of a partial epoch are saved only if there are no
        others.

        The best weights are those with the highest validation accuracy, then the lowest validation loss, which also measures
        outliers.
        """
        self.model.progress.begin_epoch(epoch)
        self.metrics.begin_epoch()
        self.throughput.begin_epoch()
        with self.phases.measure("training"):
            completed = self._run_steps(self.model.epoch_order(epoch))
        if not completed and self.has_weights:
            return False
        self.throughput.end_epoch()
        with self.phases.measure("validating"):
            validation = self.model.validate()
        score = (validation.accuracy, -self._check_finite(validation.loss))
        is_best = score > self.best_score
        if is_best:
            self.best_score, self.best_epoch = score, epoch + 1
            self.folder.write_weights(self.model.weights())
        if completed:
            self._emit_epoch(validation, is_best)
            self.model.checkpoint(epoch + 1, self.seconds).write(self.folder)
        return completed

    def _run_steps(self, order: np.ndarray) -> bool:
        """Take a step for each batch of the epoch's images, int32 indices; return whether all were taken."""
        progress, first = self.model.progress, self.model.progress.step
        self._change_settings(self.changes.pop_lost())
        while progress.epoch_images_left:
            self._handle_requests()
            if self.control.is_stopping:
                return False
            rest = order[len(order) - progress.epoch_images_left :]
            self.metrics.begin_part(rest < self.model.examples.labeled)
            self.first_step_started = self.first_step_started or time.perf_counter()
            self.model.train(rest, progress.step - first, self._end_step)
        return True

    def _end_step(self, logs: dict[str, float]) -> bool:
        """Emit a batch event, at most MAX_BATCH_EVENTS_PER_SECOND; return whether the next step can follow immediately."""
        progress = self.model.progress
        self.throughput.end_step(progress.end_step())
        done = len(self.metrics.cumulative_labeled) - progress.epoch_images_left
        self.metrics.add(done, logs["loss"], logs["accuracy"])
        now = time.perf_counter()
        if not self.is_compiled:
            self.is_compiled = True
            self.phases.move("training", "compiling", now - self.first_step_started)
        if now - self.last_batch_event >= 1 / MAX_BATCH_EVENTS_PER_SECOND:
            self.last_batch_event = now
            self._emit_batch()
        return not self.control.has_requests

    def _handle_requests(self) -> None:
        """Handle the requests made since the last step, and those made while the fit is paused."""
        control, paused_at = self.control, None
        if not control.has_requests:
            return
        self.throughput.interrupt()
        while not control.is_stopping:
            self._change_settings(control.pop_changes())
            control.answer_inspections(self._inspect)
            if not control.must_wait:
                break
            if paused_at is None and control.state == "paused":
                paused_at = time.perf_counter()
                self.emit(PausedEvent(step=self.model.progress.step))
            control.wait()
        if paused_at is not None:
            seconds = time.perf_counter() - paused_at
            self.throughput.add_pause(seconds)
            self.phases.add("training", -seconds)
            self.emit(ResumedEvent(step=self.model.progress.step, seconds=seconds))

    def _change_settings(self, changes: dict[str, float | int]) -> None:
        if not changes:
            return
        before = {name: getattr(self.model.settings, name) for name in changes}
        self.model.change_settings(changes)
        if "batch_size" in changes:
            self.throughput.reset()
        progress = self.model.progress
        event = SettingChangedEvent(epoch=progress.epoch + 1, step=progress.step + 1, changes=changes, before=before)
        self.changes.add(event)
        self.emit(event)

    def _inspect(self, target: int | PageRequest) -> Snapshot | PredictionPage:
        step = self.model.progress.step
        if isinstance(target, PageRequest):
            return self.inspector.predict_page(target, step)
        return self.inspector.take_snapshot(target, step)

    def _emit_batch(self) -> None:
        progress = self.model.progress
        loss, accuracy = self.metrics.moving_means()
        self.emit(
            BatchEvent(
                epoch=progress.epoch + 1,
                step=progress.step,
                loss=self._check_finite(loss),
                accuracy=accuracy,
                images_seen=progress.images_seen,
                images_per_second=self.throughput.images_per_second,
                seconds_left=self._seconds_left(),
                learning_rate=self.model.learning_rate(progress.step - 1),
            )
        )

    def _emit_epoch(self, validation: ValidationResult, is_best: bool) -> None:
        progress = self.model.progress
        loss, accuracy = self.metrics.epoch_means()
        self.emit(
            EpochEvent(
                epoch=progress.epoch + 1,
                epochs=self.epochs,
                loss=self._check_finite(loss),
                accuracy=accuracy,
                val_loss=validation.loss,
                val_accuracy=validation.accuracy,
                best=is_best,
                images_per_second=self.throughput.images_per_second,
                seconds=self.seconds,
                seconds_left=self._seconds_left(),
                learning_rate=self.model.learning_rate(progress.step - 1),
                per_class=validation.per_class(self.labels),
                confusion_matrix=validation.confusion_matrix.tolist(),
                mistakes=validation.mistakes(self.labels),
                changes=self.changes.of_epoch(progress.epoch + 1),
            )
        )

    def _seconds_left(self) -> float | None:
        progress = self.model.progress
        return self.throughput.seconds_left(progress.images_left, self.epochs - progress.epoch - 1)

    def _check_finite(self, loss: float) -> float:
        if not math.isfinite(loss):
            raise FitFailed(
                f"The loss is {loss} at step {self.model.progress.step:,}; try a lower --learning-rate."
                + (" The best weights so far are saved and can be exported." if self.has_weights else "")
            )
        return loss
