"""Optimizers: which Keras optimizer the settings name."""

import keras

from trainer.settings import FitSettings

ADADELTA_EPSILON = 1e-6
"""ConvNetJS' when its MNIST demo was written, and the value of Zeiler 2012."""


def build_optimizer(
    settings: FitSettings, schedule: keras.optimizers.schedules.LearningRateSchedule | None
) -> keras.optimizers.Optimizer:
    """Return the optimizer that the settings name, with a schedule or, if it is None, a constant learning rate."""
    rate = settings.learning_rate if schedule is None else schedule
    momentum = settings.momentum
    if settings.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=momentum, nesterov=momentum > 0)
    if settings.optimizer == "adadelta":
        return keras.optimizers.Adadelta(rate, rho=momentum, epsilon=ADADELTA_EPSILON)
    if settings.optimizer == "adam":
        return keras.optimizers.Adam(rate, beta_1=momentum)
    optimizer = keras.optimizers.AdamW(rate, beta_1=momentum, weight_decay=settings.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def transfer_state(old: keras.optimizers.Optimizer, new: keras.optimizers.Optimizer) -> None:
    """Copy the slot variables and the step counter that both optimizers have; the learning rate stays that of `new`."""
    state = {variable.path.split("/", 1)[1]: variable for variable in old.variables}
    for variable in new.variables:
        name = variable.path.split("/", 1)[1]
        if name in state and not name.endswith("learning_rate"):
            variable.assign(state[name])
