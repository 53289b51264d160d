"""Settings -> optimizer, and the learning rate of every step."""

import math

import keras
from keras import ops

from trainer.settings import FitSettings

WARM_UP, LONGEST_WARM_UP = 0.15, 800
"""Share of the steps, and their number at most, in which one-cycle raises the learning rate; then it falls to 0 along a cosine
(Smith & Topin 2018). A network of ours stands the highest rate after a few hundred steps, and learns little before."""


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """The learning rate of each of `steps` steps: up in a straight line to `highest`, then down along a cosine to 0."""

    def __init__(self, highest: float, steps: int):
        self.highest, self.steps = highest, steps
        self.rise = max(1.0, min(round(WARM_UP * steps), LONGEST_WARM_UP))

    def __call__(self, step):
        step = ops.cast(step, "float32")
        falling = ops.clip((step - self.rise) / max(1.0, self.steps - self.rise), 0, 1)
        return self.highest * ops.minimum((step + 1) / self.rise, (1 + ops.cos(math.pi * falling)) / 2)

    def get_config(self) -> dict:
        return {"highest": self.highest, "steps": self.steps}


def make_optimizer(settings: FitSettings, steps: int) -> keras.optimizers.Optimizer:
    """The optimizer that the settings name, for a fit of that many steps."""
    rate = OneCycle(settings.learning_rate, steps) if settings.schedule == "one-cycle" else settings.learning_rate
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
