"""Between Keras and our events: tells every step and epoch, keeps the best weights, stops when asked."""

import time
from collections.abc import Callable

import keras

from trainer.events import Batch, Epoch, Listener
from trainer.learner import Learner
from trainer.optimizer import OneCycle
from trainer.run import Run
from trainer.settings import FitSettings

BATCH_EVENTS_A_SECOND = 20


class Teller(keras.callbacks.Callback):
    """Turns a Keras fit into `Batch` and `Epoch` events and keeps the run's best weights and state."""

    def __init__(self, run: Run, learner: Learner, settings: FitSettings, tell: Listener, stopped: Callable[[], bool]):
        super().__init__()
        self.run, self.learner, self.settings, self.tell, self.stopped = run, learner, settings, tell, stopped
        self.steps_an_epoch = learner.steps_an_epoch
        self.best = _best_so_far(run)
        self.step = 0
        self.epoch = 0
        self.started: float | None = None
        self.first_step = 0
        self.training_seconds = 0.0
        self.last_batch_event = 0.0
        self.interrupted = False

    def on_epoch_begin(self, epoch, logs=None):  # noqa: ARG002 — Keras' signature
        """Note where the epoch starts."""
        self.epoch = epoch
        self.step = epoch * self.steps_an_epoch
        self.epoch_started = time.perf_counter()
        if self.started is None:
            self.started, self.first_step = self.epoch_started, self.step

    def on_train_batch_end(self, batch, logs=None):
        """Tell the step, at most twenty times a second."""
        self.step = self.epoch * self.steps_an_epoch + batch + 1
        if self.stopped():
            self.interrupted = batch + 1 < self.steps_an_epoch
            self.model.stop_training = True
        now = time.perf_counter()
        if now - self.last_batch_event < 1 / BATCH_EVENTS_A_SECOND:
            return
        self.last_batch_event = now
        speed = (batch + 1) / max(now - self.epoch_started, 1e-9)
        self.tell(
            Batch(
                epoch=self.epoch + 1,
                step=self.step,
                loss=float(logs["loss"]),
                accuracy=float(logs["accuracy"]),
                seen=self.step * self.learner.batch_size,
                images_per_second=speed * self.learner.batch_size,
                seconds_left=(self.learner.steps - self.step) / speed,
                learning_rate=self._learning_rate(),
            )
        )

    def on_test_begin(self, logs=None):  # noqa: ARG002
        """Validation begins: the epoch's training is done."""
        self.training_seconds = time.perf_counter() - self.epoch_started

    def on_epoch_end(self, epoch, logs=None):
        """Keep the weights if they are the best, keep the state, tell the epoch."""
        score = (float(logs["val_accuracy"]), -float(logs["val_loss"]))
        best = self.best is None or score > self.best
        if best:
            self.best = score
            self.run.write("best.weights.h5", _save_weights(self.learner.network.layers))
        if self.interrupted:
            return
        images = self.steps_an_epoch * self.learner.batch_size
        now = time.perf_counter()
        done = epoch + 1 - self.first_step // self.steps_an_epoch
        event = Epoch(
            epoch=epoch + 1,
            epochs=self.settings.epochs,
            loss=float(logs["loss"]),
            accuracy=float(logs["accuracy"]),
            validation_loss=float(logs["val_loss"]),
            validation_accuracy=float(logs["val_accuracy"]),
            best=best,
            images_per_second=images / max(self.training_seconds, 1e-9),
            seconds=now - self.started,
            seconds_left=(now - self.started) / done * (self.settings.epochs - epoch - 1),
            learning_rate=self._learning_rate(),
        )
        self.run.write_state(self.learner.state())
        self.tell(event)

    def _learning_rate(self) -> float:
        if self.settings.schedule == "constant":
            return self.settings.learning_rate
        return float(OneCycle(self.settings.learning_rate, self.learner.steps)(self.step))


def _best_so_far(run: Run) -> tuple[float, float] | None:
    """Validation accuracy and negated loss of the best epoch so far; the higher pair is the better."""
    return max(((row["validation_accuracy"], -row["validation_loss"]) for row in run.history()), default=None)


def _save_weights(layers: keras.Model) -> Callable:
    """A writer for `Run.write`; Keras insists on the ending of the name."""

    def write(path):
        named = path.with_name(f"{path.name}.weights.h5")
        layers.save_weights(named)
        named.replace(path)

    return write
