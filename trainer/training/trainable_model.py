"""Learner: a network with its sampler and optimizer, ready to be fitted, saved and restored."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext

import keras
import numpy as np

from inkling.errors import BadInput
from trainer.augmentation.crop_sampler import Sampler
from trainer.augmentation.presets import AUGMENTATIONS
from trainer.augmentation.strokes import redraw
from trainer.backend.device import Device, precision
from trainer.data.split import Split
from trainer.distillation.loss import Teachers, taught
from trainer.networks.crop import CROP_SIZE
from trainer.networks.network import Network, build
from trainer.networks.penalty import renew_penalty
from trainer.runs.run import Run
from trainer.settings import FitSettings
from trainer.training.callbacks import Steps
from trainer.training.checkpoint import State
from trainer.training.ema import Average
from trainer.training.examples import Examples
from trainer.training.metrics import Accuracy
from trainer.training.optimizer import carry_over, make_optimizer, schedule_of
from trainer.training.progress import Progress
from trainer.training.validation import Validation

VALIDATION_BATCH = 1_000


class Learner:
    """What a fit trains. Training and validation images lie in one sampler on the device."""

    def __init__(self, settings: FitSettings, split: Split, device: Device, teachers: Sequence[Run] = ()):
        self.labels = labels = len(split.train.labels)
        keras.utils.set_random_seed(settings.own_seed)
        keras.config.set_dtype_policy(precision(settings, device))
        try:
            self.network: Network = build(settings, labels)
            self.teachers = Teachers(teachers) if teachers else None
        finally:
            keras.config.set_dtype_policy("float32")
        self.examples, self.validation_part = Examples.of(split), split.validation
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
        self.settings, self.loss, self.gpu = settings, loss, device.gpu
        images_an_epoch = sum(self.examples.an_epoch(settings.passes, settings.outlier_share))
        self.progress = Progress(images_an_epoch, settings.epochs, min(settings.batch_size, images_an_epoch))
        self.steps = self.progress.steps_an_epoch * settings.epochs
        self.schedule = schedule_of(settings, self.steps)
        self.average = Average(self.network.layers, self._horizon) if settings.averaging > 0 else None
        self._compile(make_optimizer(settings, self.schedule))

    def train(self, positions: np.ndarray, done: int, after: Callable[[dict[str, float]], bool]) -> None:
        """A step for each batch of some images of an epoch, int32, which has had `done` steps before.

        `after` gets the means over these images so far, and says whether to go on.
        """
        callbacks = [Steps(after)]
        if self.average:
            self.average.before = done
            callbacks.insert(0, self.average)
        self.model.fit(
            positions,
            self.examples.targets[positions],
            batch_size=self.progress.batch_size,
            shuffle=False,
            callbacks=callbacks,
            verbose=0,
        )

    def validate(self) -> Validation:
        """Answer the validation images with the weights that are worth keeping."""
        positions, targets = self.examples.validation
        with self.average.standing_in() if self.average else nullcontext():
            outputs = self.model.predict(positions, batch_size=VALIDATION_BATCH, verbose=0)[:, : self.labels]
            loss = float(keras.ops.mean(self.network.loss(targets, outputs)))
            loss += sum(float(penalty) for penalty in self.network.layers.losses)
        known = targets < self.labels
        probabilities = keras.ops.convert_to_numpy(self.network.probabilities(outputs[known]))
        return Validation(loss, probabilities, targets[known])

    def change(self, changes: dict[str, float | int]) -> None:
        """Change settings from the next step on, between two calls of `train`.

        The learning rate of a schedule is scaled in what is left of it. Where the size of batches changes, what is left of the
        schedule is spread over the steps that are left, and what is left of the epoch comes in batches of the new size, the
        last one as small as need be. A step is compiled anew where momentum or weight decay change.
        """
        self.settings = self.settings.override(**changes)
        if "learning_rate" in changes:
            rate = self.model.optimizer.learning_rate if self.schedule is None else self.schedule.highest
            rate.assign(self.settings.learning_rate)
        if "batch_size" in changes:
            self.progress.resize(self.settings.batch_size)
            if self.schedule:
                self.schedule.stretch(self.progress.step, self.progress.steps_left)
            if self.average:
                self.average.horizon = self._horizon
        if {"momentum", "weight_decay"} & set(changes):
            self._compile(make_optimizer(self.settings, self.schedule))
        elif keras.backend.backend() == "jax":
            self.model.train_function = None  # there, what a schedule is made of is compiled in

    def order(self, epoch: int) -> np.ndarray:
        """The training images of an epoch, int32, in its order, with outliers among them.

        Every batch is full, so that a compiled step has one shape; which images are left over changes with the epoch.
        """
        order = self.examples.order(self.settings.own_seed, epoch, self.settings.passes, self.settings.outlier_share)
        return order[: self.progress.steps_an_epoch * self.progress.batch_size]

    def learning_rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        return self.settings.learning_rate if self.schedule is None else float(self.schedule(step))

    @property
    def _horizon(self) -> float:
        return self.settings.averaging * self.progress.steps_an_epoch

    def _compile(self, optimizer: keras.optimizers.Optimizer) -> None:
        """Train with an optimizer from now on; what the one before has gathered stays."""
        renew_penalty(self.network.layers, self.settings)
        before = getattr(self.model, "optimizer", None)
        self.model.compile(
            optimizer=optimizer,
            loss=self.loss,
            metrics=[Accuracy(self.labels)],
            jit_compile=self.gpu,  # on a CPU, XLA's convolutions are slower than oneDNN's
        )
        optimizer.build(self.model.trainable_variables)
        if before is not None:
            carry_over(before, optimizer)

    def weights(self) -> list[np.ndarray]:
        """The network's weights as they are worth keeping: averaged, where the settings ask for it."""
        return self.average.weights() if self.average else self.network.layers.get_weights()

    def stand(self, epoch: int, seconds: float) -> State:
        """Where the fit stands after some epochs."""
        line = None if self.schedule is None else keras.ops.convert_to_numpy(self.schedule.line)
        return State(epoch, seconds, self.state(), self.progress.step, self.progress.seen, line)

    def go_on(self, state: State) -> None:
        """Stand where `stand` said. Raises BadInput where that was another network."""
        self.restore(state.variables)
        progress = self.progress
        progress.begin_epoch(state.epoch)
        progress.step = state.epoch * progress.steps_an_epoch if state.step is None else state.step
        progress.seen = progress.step * progress.batch_size if state.seen is None else state.seen
        if self.schedule and state.line is not None:
            self.schedule.line.assign(state.line)

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
