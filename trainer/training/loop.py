"""Training: the epochs of a fit, step by step: steered by hand, told to listeners, the best weights and the state kept."""

import math
import time

import numpy as np

from trainer.errors import FitFailed
from trainer.inspection.inspector import Looking
from trainer.inspection.predictions import Predictions
from trainer.inspection.request import Page
from trainer.inspection.snapshot import Snapshot
from trainer.runs.run import Run
from trainer.training.checkpoint import State
from trainer.training.control import Controls
from trainer.training.events import Batch, Changed, Epoch, Listener, Paused, Resumed
from trainer.training.running_metrics import Means
from trainer.training.setting_changes import Changes
from trainer.training.throughput import Pace
from trainer.training.trainable_model import Learner
from trainer.training.validation import Validation

BATCH_EVENTS_A_SECOND = 20


class Training:
    """Takes a learner through its epochs. An epoch may come in parts: between two of them it is steered."""

    def __init__(self, run: Run, learner: Learner, begin: State, tell: Listener, controls: Controls):
        self.run, self.learner, self.begin, self.tell, self.controls = run, learner, begin, tell, controls
        self.labels = run.data["labels"]
        self.epochs = learner.settings.epochs
        self.pace, self.means = Pace(), Means()
        self.looking = Looking(learner.network, learner.validation_part, self.labels)
        rows = run.history()[: begin.epoch]
        self.best = max(((-row["validation_loss"], row["validation_accuracy"]) for row in rows), default=None)
        self.changes = Changes(run, learner.progress.step)
        self.last_batch_event = 0.0
        self.interrupted = False

    @property
    def seconds(self) -> float:
        """Since the first step of the fit, over all of its sittings, without pauses."""
        return self.begin.seconds + self.pace.seconds

    def go(self) -> None:
        """Train from the epoch that the state says to the last, or until it is told to stop."""
        for epoch in range(self.begin.epoch, self.epochs):
            if not self._epoch(epoch):
                self.interrupted = True
                return

    def _epoch(self, epoch: int) -> bool:
        """Train an epoch; whether it was a whole one. Part of an epoch is none: its weights are kept where there are no others.

        The best weights are those of the least validation loss: the share that is right changes by whole images, most of which
        nobody could read, and says nothing of outliers.
        """
        progress = self.learner.progress
        progress.begin_epoch(epoch)
        self.means.begin_epoch()
        self.pace.epoch_begins()
        whole = self._steps(self.learner.order(epoch))
        if not whole and self.best is not None:
            return False
        self.pace.steps_end()
        validation = self.learner.validate()
        score = (-self._finite(validation.loss), validation.accuracy)
        best = self.best is None or score > self.best
        if best:
            self.best = score
            self.run.write_weights(self.learner.weights())
        if whole:
            self._tell_epoch(validation, best)
            self.learner.stand(epoch + 1, self.seconds).write(self.run)
        return whole

    def _steps(self, order: np.ndarray) -> bool:
        """A step for each batch of an epoch's images, int32, in their order; whether it came to its end."""
        progress, first = self.learner.progress, self.learner.progress.step
        self._change(self.changes.take_lost())
        while progress.left:
            self._steer()
            if self.controls.stopping:
                return False
            rest = order[len(order) - progress.left :]
            self.means.begin_part(rest < self.learner.examples.labelled)
            self.learner.train(rest, progress.step - first, self._step_ends)
        return True

    def _step_ends(self, logs: dict[str, float]) -> bool:
        """Tell the step, at most twenty times a second; whether the next one can follow at once."""
        progress = self.learner.progress
        self.pace.step_ends(progress.step_ends())
        self.means.add(len(self.means.labelled) - progress.left, logs["loss"], logs["accuracy"])
        now = time.perf_counter()
        if now - self.last_batch_event >= 1 / BATCH_EVENTS_A_SECOND:
            self.last_batch_event = now
            self._tell_batch()
        return not self.controls.called

    def _steer(self) -> None:
        """Do what was asked for since the last step, and what is asked for while the fit is held."""
        controls, paused = self.controls, None
        if not controls.called:
            return
        self.pace.breaks()
        while not controls.stopping:
            self._change(controls.take_changes())
            controls.answer_looks(self._look)
            if not controls.held:
                break
            if paused is None and controls.state == "paused":
                paused = time.perf_counter()
                self.tell(Paused(step=self.learner.progress.step))
            controls.wait()
        if paused is not None:
            seconds = time.perf_counter() - paused
            self.pace.pauses(seconds)
            self.tell(Resumed(step=self.learner.progress.step, seconds=seconds))

    def _change(self, changes: dict[str, float | int]) -> None:
        if not changes:
            return
        before = {name: getattr(self.learner.settings, name) for name in changes}
        self.learner.change(changes)
        if "batch_size" in changes:
            self.pace.changes()
        progress = self.learner.progress
        event = Changed(epoch=progress.epoch + 1, step=progress.step + 1, changes=changes, before=before)
        self.changes.add(event)
        self.tell(event)

    def _look(self, wanted: int | Page) -> Snapshot | Predictions:
        see = self.looking.page if isinstance(wanted, Page) else self.looking.at
        return see(wanted, self.learner.progress.step)

    def _tell_batch(self) -> None:
        progress = self.learner.progress
        loss, accuracy = self.means.moving()
        self.tell(
            Batch(
                epoch=progress.epoch + 1,
                step=progress.step,
                loss=self._finite(loss),
                accuracy=accuracy,
                seen=progress.seen,
                images_per_second=self.pace.speed,
                seconds_left=self._seconds_left(),
                learning_rate=self.learner.learning_rate(progress.step - 1),
            )
        )

    def _tell_epoch(self, validation: Validation, best: bool) -> None:
        progress = self.learner.progress
        loss, accuracy = self.means.of_epoch()
        self.tell(
            Epoch(
                epoch=progress.epoch + 1,
                epochs=self.epochs,
                loss=self._finite(loss),
                accuracy=accuracy,
                validation_loss=validation.loss,
                validation_accuracy=validation.accuracy,
                best=best,
                images_per_second=self.pace.speed,
                seconds=self.seconds,
                seconds_left=self._seconds_left(),
                learning_rate=self.learner.learning_rate(progress.step - 1),
                per_class=validation.per_class(self.labels),
                confusion=validation.confusion.tolist(),
                mistakes=validation.mistakes(self.labels),
                changes=self.changes.of_epoch(progress.epoch + 1),
            )
        )

    def _seconds_left(self) -> float | None:
        progress = self.learner.progress
        return self.pace.seconds_left(progress.images_left, self.epochs - progress.epoch - 1)

    def _finite(self, loss: float) -> float:
        if not math.isfinite(loss):
            raise FitFailed(
                f"Expected a finite loss. Received {loss} at step {self.learner.progress.step:,}: a lower --learning-rate may "
                "help." + (" The best weights so far are kept and can be exported." if self.best else "")
            )
        return loss
