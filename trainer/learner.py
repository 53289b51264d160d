"""Learner: a network with its sampler and optimizer, ready to be fitted, saved and restored."""

from collections.abc import Sequence

import keras
import numpy as np

from server.inference.errors import BadInput
from trainer.accuracy import Accuracy
from trainer.augmentation import AUGMENTATIONS
from trainer.averaging import Average
from trainer.data.pens import redraw
from trainer.data.split import Split
from trainer.device import Device, precision
from trainer.distillation import Teachers, taught
from trainer.examples import Examples
from trainer.networks.network import CROP_SIZE, Network, build
from trainer.optimizer import OneCycle, make_optimizer
from trainer.run import Run
from trainer.sampler import Sampler
from trainer.settings import FitSettings

VALIDATION_BATCH = 1_000


class Learner:
    """What a fit trains. Training and validation images lie in one sampler on the device."""

    def __init__(self, settings: FitSettings, split: Split, device: Device, teachers: Sequence[Run] = ()):
        labels = len(split.train.labels)
        keras.utils.set_random_seed(settings.own_seed)
        keras.config.set_dtype_policy(precision(settings, device))
        try:
            self.network: Network = build(settings, labels)
            self.teachers = Teachers(teachers) if teachers else None
        finally:
            keras.config.set_dtype_policy("float32")
        self.examples = Examples.of(split)
        self.sampler = Sampler(
            self.examples.images,
            CROP_SIZE,
            AUGMENTATIONS[settings.augment],
            settings.own_seed,
            *redraw(self.examples.drawings, settings.pens, settings.own_seed, settings.neighbours),
        )
        positions = keras.Input((), dtype="int32", name="positions")
        crops = self.sampler(positions)
        outputs, loss = self.network.layers(crops), self.network.loss
        if self.teachers:
            outputs = keras.layers.Concatenate(name="beside")([outputs, self.teachers(crops)])  # (n, 2 * labels)
            loss = taught(loss, labels, settings.teaching, settings.softening)
        self.model = keras.Model(positions, outputs)
        self.settings = settings
        images_an_epoch = sum(self.examples.an_epoch(settings.passes, settings.outlier_share))
        self.batch_size = min(settings.batch_size, images_an_epoch)
        self.steps_an_epoch = images_an_epoch // self.batch_size
        self.steps = self.steps_an_epoch * settings.epochs
        self.model.compile(
            optimizer=make_optimizer(settings, self.steps),
            loss=loss,
            metrics=[Accuracy(labels)],
            jit_compile=device.gpu,  # on a CPU, XLA's convolutions are slower than oneDNN's
        )
        self.model.optimizer.build(self.model.trainable_variables)
        self.average = (
            Average(self.network.layers, settings.averaging * self.steps_an_epoch) if settings.averaging > 0 else None
        )

    def fit(self, first_epoch: int, callbacks: list[keras.callbacks.Callback]) -> None:
        """Train from an epoch to the last, or until a callback stops the model.

        Each epoch is a fit of Keras' own, over positions in an order that only the seed and the epoch decide: so a
        resumed run sees what an uninterrupted one does.
        """
        if self.average:
            callbacks = [self.average, *callbacks]
        for epoch in range(first_epoch, self.settings.epochs):
            order = self.order(epoch)
            self.model.fit(
                order,
                self.examples.targets[order],
                batch_size=self.batch_size,
                shuffle=False,
                initial_epoch=epoch,
                epochs=epoch + 1,
                validation_data=self.examples.validation,
                validation_batch_size=VALIDATION_BATCH,
                callbacks=callbacks,
                verbose=0,
            )
            if self.model.stop_training:
                return

    def order(self, epoch: int) -> np.ndarray:
        """The training images of an epoch, int32, in its order, with outliers among them.

        Every batch is full, so that a compiled step has one shape; which images are left over changes with the epoch.
        """
        order = self.examples.order(self.settings.own_seed, epoch, self.settings.passes, self.settings.outlier_share)
        return order[: self.steps_an_epoch * self.batch_size]

    def learning_rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        if self.settings.schedule == "constant":
            return self.settings.learning_rate
        return float(OneCycle(self.settings.learning_rate, self.steps)(step))

    def weights(self) -> list[np.ndarray]:
        """The network's weights as they are worth keeping: averaged, where the settings ask for it."""
        return self.average.weights() if self.average else self.network.layers.get_weights()

    def state(self) -> dict[str, np.ndarray]:
        """All that training changes, by its place: weights, statistics, random states, the optimizer's, the average's."""
        values = [keras.ops.convert_to_numpy(variable) for variable in self._variables()]
        values += self.average.state() if self.average else []
        return {f"{place:04d}": value for place, value in enumerate(values)}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Set the variables that `state` gave. Raises BadInput where they are another network's."""
        variables = self._variables()
        values = [state[name] for name in sorted(state)]
        own, average = values[: len(variables)], values[len(variables) :]
        shapes = [tuple(variable.shape) for variable in variables]
        shapes += [value.shape for value in self.average.state()] if self.average else []
        if [value.shape for value in values] != shapes:
            raise BadInput("Expected the state of this network and optimizer. Received another's.")
        for variable, value in zip(variables, own, strict=True):
            variable.assign(value)
        if self.average:
            self.average.restore(average)

    def _variables(self) -> list[keras.Variable]:
        constants = [*self.sampler.constants, *(self.teachers.variables if self.teachers else [])]
        constant = {id(variable) for variable in constants}
        kept = [variable for variable in self.model.variables if id(variable) not in constant]
        return [*kept, *self.model.optimizer.variables]
