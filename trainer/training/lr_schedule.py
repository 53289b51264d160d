"""Learning-rate schedules: the learning rate of every step."""

import math

import keras
import numpy as np
from keras import ops

from trainer.settings import FitSettings

WARMUP_SHARE, MAX_WARMUP_STEPS = 0.15, 800
"""One-cycle warms up over this share of the steps, at most this many, then decays to 0 along a cosine (Smith & Topin 2018).
The `inkling` network tolerates the peak after a few hundred steps and learns little before."""


class OneCycleSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warmup to `peak`, then cosine decay to 0, over `steps` steps.

    Both can change during a fit: `peak` scales the rest of the schedule, and `rescale` fits the rest of it into another number
    of steps.
    """

    def __init__(self, peak: float, steps: int):
        self.steps = steps
        self.warmup = max(1.0, min(round(WARMUP_SHARE * steps), MAX_WARMUP_STEPS))
        self.peak = keras.Variable(peak, dtype="float32", trainable=False, name="peak")
        self.position = keras.Variable(np.array([0, 0, 1]), dtype="float32", trainable=False, name="position")
        """(step of the fit, position in the schedule at that step, schedule steps per step of the fit)"""

    def rescale(self, step: int, steps_left: int) -> None:
        """From a step of the fit on, counted from 0, spread the rest of the schedule over `steps_left` steps."""
        since, position, rate = ops.convert_to_numpy(self.position).tolist()
        position += (step - since) * rate
        self.position.assign(np.array([step, position, (self.steps - position) / max(1, steps_left)], np.float32))

    def __call__(self, step):
        """Return the learning rate of a step of the fit, counted from 0."""
        since, position, rate = (self.position[index] for index in range(3))
        step = position + (ops.cast(step, "float32") - since) * rate
        decay = ops.clip((step - self.warmup) / max(1.0, self.steps - self.warmup), 0, 1)
        return self.peak * ops.minimum((step + 1) / self.warmup, (1 + ops.cos(math.pi * decay)) / 2)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {"peak": float(ops.convert_to_numpy(self.peak)), "steps": self.steps}


def build_lr_schedule(settings: FitSettings, steps: int) -> OneCycleSchedule | None:
    """Return the schedule that the settings name for a fit of `steps` steps, or None for a constant learning rate."""
    return OneCycleSchedule(settings.learning_rate, steps) if settings.lr_schedule == "one-cycle" else None
