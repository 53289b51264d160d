"""Between Keras and our events: tells every step and epoch, keeps the best weights, stops when asked."""

import math
import time
from collections.abc import Callable

import keras

from trainer.errors import FitFailed
from trainer.events import Batch, Epoch, Listener
from trainer.learner import Learner
from trainer.pace import Pace
from trainer.run import Run
from trainer.state import State

BATCH_EVENTS_A_SECOND = 20


class Teller(keras.callbacks.Callback):
    """Turns a Keras fit into `Batch` and `Epoch` events and keeps the run's best weights and state."""

    def __init__(self, run: Run, learner: Learner, begin: State, tell: Listener, stopped: Callable[[], bool]):
        super().__init__()
        self.run, self.learner, self.begin, self.tell, self.stopped = run, learner, begin, tell, stopped
        self.epochs = learner.settings.epochs
        self.pace = Pace(learner.steps_an_epoch, self.epochs)
        rows = run.history()[: begin.epoch]
        self.best = max(((-row["validation_loss"], row["validation_accuracy"]) for row in rows), default=None)
        self.epoch = self.step = 0
        self.last_batch_event = 0.0
        self.interrupted = False

    @property
    def seconds(self) -> float:
        """Since the first step of the fit, over all of its sittings."""
        return self.begin.seconds + self.pace.seconds

    def on_epoch_begin(self, epoch, logs=None):  # noqa: ARG002 — Keras' signature
        """Note where the epoch starts."""
        self.epoch = epoch
        self.pace.epoch_begins()

    def on_train_batch_end(self, batch, logs=None):
        """Tell the step, at most twenty times a second."""
        self.pace.step_ends()
        self.step = self.epoch * self.learner.steps_an_epoch + batch + 1
        if self.stopped():
            self.interrupted = self.step < self.learner.steps
            self.model.stop_training = True
        now = time.perf_counter()
        if now - self.last_batch_event < 1 / BATCH_EVENTS_A_SECOND:
            return
        self.last_batch_event = now
        speed = self.pace.speed
        self.tell(
            Batch(
                epoch=self.epoch + 1,
                step=self.step,
                loss=self._finite(logs["loss"]),
                accuracy=float(logs["accuracy"]),
                seen=self.step * self.learner.batch_size,
                images_per_second=None if speed is None else speed * self.learner.batch_size,
                seconds_left=self.pace.seconds_left(self.step),
                learning_rate=self.learner.learning_rate(self.step - 1),
            )
        )

    def on_test_begin(self, logs=None):  # noqa: ARG002
        """Validation begins: the epoch's training is done."""
        self.pace.steps_end()

    def on_epoch_end(self, epoch, logs=None):
        """Keep the weights if they are the best, tell the epoch, keep the state.

        The best are those of the least validation loss: the share that is right changes by whole images, most of which
        nobody could read, and says nothing of outliers.

        Part of an epoch is no epoch: its weights are kept only where there are no others.
        """
        whole = self.step == (epoch + 1) * self.learner.steps_an_epoch
        if not whole and self.best is not None:
            return
        score = (-self._finite(logs["val_loss"]), float(logs["val_accuracy"]))
        best = self.best is None or score > self.best
        if best:
            self.best = score
            self.run.write_weights(self.learner.weights())
        if not whole:
            return
        speed = self.pace.speed
        self.tell(
            Epoch(
                epoch=epoch + 1,
                epochs=self.epochs,
                loss=self._finite(logs["loss"]),
                accuracy=float(logs["accuracy"]),
                validation_loss=-score[0],
                validation_accuracy=score[1],
                best=best,
                images_per_second=None if speed is None else speed * self.learner.batch_size,
                seconds=self.seconds,
                seconds_left=self.pace.seconds_left(self.step),
                learning_rate=self.learner.learning_rate(self.step - 1),
            )
        )
        State(epoch + 1, self.seconds, self.learner.state()).write(self.run)

    def _finite(self, loss: float) -> float:
        if not math.isfinite(loss):
            raise FitFailed(
                f"Expected a finite loss. Received {float(loss)} at step {self.step:,}: a lower --learning-rate may help."
                + (" The best weights so far are kept and can be exported." if self.best else "")
            )
        return float(loss)
