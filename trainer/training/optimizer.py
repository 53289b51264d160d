"""Settings -> optimizer, and the learning rate of every step."""

import math

import keras
import numpy as np
from keras import ops

from trainer.settings import FitSettings

WARM_UP, LONGEST_WARM_UP = 0.15, 800
"""Share of the steps, and their number at most, in which one-cycle raises the learning rate; then it falls to 0 along a cosine
(Smith & Topin 2018). A network of ours stands the highest rate after a few hundred steps, and learns little before."""


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """The learning rate of each of `steps` steps: up in a straight line to `highest`, then down along a cosine to 0.

    Both may change while it is followed: `highest` scales what is left of it, and `stretch` has what is left of it end with
    the fit where that gets another number of steps.
    """

    def __init__(self, highest: float, steps: int):
        self.steps = steps
        self.rise = max(1.0, min(round(WARM_UP * steps), LONGEST_WARM_UP))
        self.highest = keras.Variable(highest, dtype="float32", trainable=False, name="highest")
        self.line = keras.Variable(np.array([0, 0, 1]), dtype="float32", trainable=False, name="line")
        """At a step of the fit, the step of the schedule, and how many of its steps one of the fit goes on."""

    def stretch(self, step: int, left: int) -> None:
        """From a step of the fit on, counted from 0, what is left of the schedule takes `left` steps."""
        at, place, rate = ops.convert_to_numpy(self.line).tolist()
        place += (step - at) * rate
        self.line.assign(np.array([step, place, (self.steps - place) / max(1, left)], np.float32))

    def __call__(self, step):
        at, place, rate = (self.line[index] for index in range(3))
        step = place + (ops.cast(step, "float32") - at) * rate
        falling = ops.clip((step - self.rise) / max(1.0, self.steps - self.rise), 0, 1)
        return self.highest * ops.minimum((step + 1) / self.rise, (1 + ops.cos(math.pi * falling)) / 2)

    def get_config(self) -> dict:
        return {"highest": float(ops.convert_to_numpy(self.highest)), "steps": self.steps}


def schedule_of(settings: FitSettings, steps: int) -> OneCycle | None:
    """The schedule that the settings name, for a fit of that many steps; None where the learning rate is constant."""
    return OneCycle(settings.learning_rate, steps) if settings.schedule == "one-cycle" else None


def make_optimizer(settings: FitSettings, schedule: OneCycle | None) -> keras.optimizers.Optimizer:
    """The optimizer that the settings name, which follows a schedule, or takes a constant learning rate where there is none."""
    rate = settings.learning_rate if schedule is None else schedule
    momentum = settings.momentum
    if settings.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=momentum, nesterov=momentum > 0)
    if settings.optimizer == "adadelta":
        return keras.optimizers.Adadelta(rate, rho=momentum, epsilon=1e-6)
    if settings.optimizer == "adam":
        return keras.optimizers.Adam(rate, beta_1=momentum)
    optimizer = keras.optimizers.AdamW(rate, beta_1=momentum, weight_decay=settings.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def carry_over(old: keras.optimizers.Optimizer, new: keras.optimizers.Optimizer) -> None:
    """Give an optimizer what another one has gathered on the same weights, as far as it keeps the same."""
    gathered = {variable.path.split("/", 1)[1]: variable for variable in old.variables}
    for variable in new.variables:
        name = variable.path.split("/", 1)[1]
        if name in gathered and not name.endswith("learning_rate"):
            variable.assign(gathered[name])
