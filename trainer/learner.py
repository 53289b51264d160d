"""Learner: a network with its sampler and optimizer, ready to be fitted, saved and restored."""

import keras
import numpy as np

from server.inference.errors import BadInput
from trainer.data.split import Split
from trainer.device import Device, precision
from trainer.networks.network import CROP_SIZE, Network, build
from trainer.optimizer import make_optimizer
from trainer.positions import Positions
from trainer.sampler import AUGMENTATIONS, Sampler
from trainer.settings import FitSettings

VALIDATION_BATCH = 1_000


class Learner:
    """What a fit trains. Training and validation images lie in one sampler on the device."""

    def __init__(self, settings: FitSettings, split: Split, device: Device, first_epoch: int = 0):
        keras.utils.set_random_seed(settings.seed)
        keras.config.set_dtype_policy(precision(settings, device))
        try:
            self.network: Network = build(settings, len(split.train.labels))
        finally:
            keras.config.set_dtype_policy("float32")
        images = np.concatenate([split.train.images, split.validation.images])
        self.sampler = Sampler(images, CROP_SIZE, AUGMENTATIONS[settings.augment], settings.seed)
        positions = keras.Input((), dtype="int32", name="positions")
        self.model = keras.Model(positions, self.network.layers(self.sampler(positions)))
        self.training = Positions(split.train.targets, settings.batch_size, settings.seed, first_epoch)
        self.validation = (
            np.arange(len(split.train), len(images), dtype=np.int32),
            split.validation.targets.astype(np.int32),
        )
        self.steps = len(self.training) * settings.epochs
        self.model.compile(
            optimizer=make_optimizer(settings, self.steps),
            loss=self.network.loss,
            metrics=[keras.metrics.SparseCategoricalAccuracy("accuracy")],
            jit_compile=device.gpu,  # on a CPU, XLA's convolutions are slower than oneDNN's
        )
        self.model.optimizer.build(self.model.trainable_variables)

    def fit(self, first_epoch: int, epochs: int, callbacks: list[keras.callbacks.Callback]) -> None:
        """Train from one epoch to another."""
        self.model.fit(
            self.training,
            initial_epoch=first_epoch,
            epochs=epochs,
            validation_data=self.validation,
            validation_batch_size=VALIDATION_BATCH,
            callbacks=callbacks,
            verbose=0,
        )

    def state(self) -> dict[str, np.ndarray]:
        """Every variable that training changes, by its place: weights, statistics, random states, the optimizer's."""
        return {f"{place:04d}": keras.ops.convert_to_numpy(variable) for place, variable in enumerate(self._variables())}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Set the variables that `state` gave. Raises BadInput where they are another network's."""
        variables = self._variables()
        shapes = [tuple(variable.shape) for variable in variables]
        if [state[name].shape for name in sorted(state)] != shapes:
            raise BadInput("Expected the state of this network and optimizer. Received another's.")
        for variable, name in zip(variables, sorted(state), strict=True):
            variable.assign(state[name])

    def _variables(self) -> list[keras.Variable]:
        kept = [variable for variable in self.model.variables if variable is not self.sampler.pixels]
        return [variable for variable in (*kept, *self.model.optimizer.variables) if variable.dtype != "string"]
