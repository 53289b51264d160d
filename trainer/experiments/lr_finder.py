"""The learning-rate range test: a short fit whose learning rate grows from step to step, and its loss (Smith 2017).

Source: Leslie N. Smith, "Cyclical Learning Rates for Training Neural Networks", section 3.3, arXiv 1506.01186.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from keras import ops

from inkling.errors import InvalidInput
from trainer.backend.device import select_device
from trainer.data.fit_data import load_fit_data
from trainer.runs.phases import PhaseTimer
from trainer.settings import FitSettings
from trainer.training.optimizer import build_optimizer
from trainer.training.trainable_model import TrainableModel

SMOOTHING = 0.9
"""Weight of the previous steps in the moving average of the loss."""

DIVERGED = 4.0
"""The test ends when the smoothed loss is this many times its minimum, and more than half of its start."""

IGNORED_START = 0.1
"""Fraction of the steps at the beginning whose slope doesn't count: the moving average is still noisy there."""

MIN_STEPS = 20


class ExponentialRamp(keras.optimizers.schedules.LearningRateSchedule):
    """From `first` to `last` over `steps` steps, growing by the same factor at each."""

    def __init__(self, first: float, last: float, steps: int):
        self.first, self.last, self.steps = first, last, steps

    def __call__(self, step):
        """Return the learning rate of a step, counted from 0."""
        return self.first * ops.exp(ops.cast(step, "float32") * (math.log(self.last / self.first) / (self.steps - 1)))

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {"first": self.first, "last": self.last, "steps": self.steps}


@dataclass(frozen=True)
class RangeTest:
    """learning_rates, losses: of each step, float64 (n,); losses: of the batch, smoothed: their moving average."""

    learning_rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray

    @property
    def steepest(self) -> float | None:
        """The learning rate at which the smoothed loss falls fastest per decade; None if it never falls."""
        begin = int(IGNORED_START * len(self.smoothed))
        lowest = begin + int(self.smoothed[begin:].argmin())
        slopes = np.gradient(self.smoothed, np.log10(self.learning_rates))[begin : lowest + 1]
        return float(self.learning_rates[begin + int(slopes.argmin())]) if slopes.min() < 0 else None

    @property
    def lowest(self) -> float:
        """The learning rate at which the smoothed loss is lowest."""
        return float(self.learning_rates[self.smoothed.argmin()])

    def to_dict(self) -> dict:
        """All values as JSON-serializable ones."""
        curves = {name: getattr(self, name).tolist() for name in ("learning_rates", "losses", "smoothed")}
        return {"suggestion": self.steepest, "lowest_loss_at": self.lowest} | curves


def find_learning_rate(settings: FitSettings, first: float, last: float, steps: int) -> RangeTest:
    """Run the test with the settings' data, without outliers, and their network, optimizer, batch size and augmentation.

    The learning rate grows from `first` to `last` over `steps` steps; the test ends early when the loss diverges. Raises an
    InklingError.
    """
    if not first < last or steps < MIN_STEPS:
        raise InvalidInput(f"The test needs at least {MIN_STEPS} steps and a --min below --max.")
    parts = load_fit_data(settings, [*settings.data], [], PhaseTimer()).parts
    settings = settings.override(lr_schedule="constant", ema_epochs=0.0, last_batch="drop")
    model = TrainableModel(settings, parts, select_device(settings))
    model.use_optimizer(build_optimizer(settings, ExponentialRamp(first, last, steps)))
    losses = _train(model, steps)
    rates = first * np.exp(np.arange(len(losses)) * (math.log(last / first) / (steps - 1)))
    return RangeTest(rates, np.array(losses), smooth(losses))


class LossCurve:
    """The loss of each step, and its exponential moving average with Adam's correction of the start."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.smoothed: list[float] = []
        self.mean, self.lowest = 0.0, math.inf

    def add(self, loss: float) -> None:
        """Add the loss of a step."""
        self.losses.append(loss)
        self.mean = SMOOTHING * self.mean + (1 - SMOOTHING) * loss
        self.smoothed.append(self.mean / (1 - SMOOTHING ** len(self.losses)))
        self.lowest = min(self.lowest, self.smoothed[-1])

    @property
    def has_diverged(self) -> bool:
        """Whether the last loss isn't finite, or the average is far above its minimum."""
        if not self.losses:
            return False
        limit = max(DIVERGED * self.lowest, self.smoothed[0] / 2)
        return not math.isfinite(self.losses[-1]) or (len(self.losses) > MIN_STEPS and self.smoothed[-1] > limit)


def smooth(losses: Sequence[float]) -> np.ndarray:
    """Return the exponential moving average of a series, float64 (n,)."""
    curve = LossCurve()
    for loss in losses:
        curve.add(loss)
    return np.array(curve.smoothed)


def plot_range_test(test: RangeTest, path: Path) -> None:
    """Plot the loss over the learning rate into a PNG, with the suggestion."""
    from matplotlib.figure import Figure  # not pyplot, which keeps figures and a display for the whole process

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(test.learning_rates, test.losses, alpha=0.3, label="loss of each batch")
    axes.plot(test.learning_rates, test.smoothed, label="moving average")
    if test.steepest is not None:
        axes.axvline(test.steepest, color="black", linestyle="--", label=f"steepest: {test.steepest:.2g}")
    axes.set_xscale("log")
    axes.set_ylim(0, 1.5 * test.smoothed.max(where=np.isfinite(test.smoothed), initial=0))
    axes.set_xlabel("learning rate")
    axes.set_ylabel("loss")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, format="png", dpi=120)


def _train(model: TrainableModel, steps: int) -> list[float]:
    """Take steps until there are enough or the loss diverges; return the loss of each batch. All batches have the same size."""
    curve, done, total, epoch = LossCurve(), 0, 0.0, 0

    def on_step(logs: dict[str, float]) -> bool:
        nonlocal done, total
        done += 1  # the logs are means over the steps of this epoch
        loss = logs["loss"] * done - total
        total += loss
        curve.add(loss)
        return len(curve.losses) < steps and not curve.has_diverged

    while len(curve.losses) < steps and not curve.has_diverged:
        done, total = 0, 0.0
        model.train(model.epoch_order(epoch), 0, on_step)
        epoch += 1
    return curve.losses if math.isfinite(curve.losses[-1]) else curve.losses[:-1]
