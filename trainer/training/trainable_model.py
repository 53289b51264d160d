"""TrainableModel: a network with its crop sampler, optimizer and EMA, ready to be trained, checkpointed and restored."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext

import keras
import numpy as np

from inkling.errors import InvalidInput
from trainer.augmentation.crop_sampler import CropSampler
from trainer.augmentation.presets import AUGMENTATION_PRESETS
from trainer.augmentation.variants import render_variants
from trainer.backend.device import Device, resolve_precision
from trainer.data.imbalance import balanced_weights
from trainer.data.split import Split
from trainer.data.training_examples import TrainingExamples
from trainer.distillation.loss import TeacherEnsemble, distillation_loss
from trainer.networks.inputs import INPUTS
from trainer.networks.network import Network, build_network
from trainer.networks.regularizer import update_regularizers
from trainer.runs.run import Run
from trainer.settings import FitSettings
from trainer.training.callbacks import StepCallback
from trainer.training.checkpoint import Checkpoint
from trainer.training.ema import WeightEMA
from trainer.training.lr_schedule import build_lr_schedule
from trainer.training.metrics import Accuracy
from trainer.training.optimizer import build_optimizer, transfer_state
from trainer.training.progress import TrainingProgress
from trainer.training.validation import ValidationResult, validation_loss

VALIDATION_BATCH_SIZE = 1_000


class TrainableModel:
    """The Keras model that a fit trains: image indices -> crops -> network outputs. All images are in device memory."""

    def __init__(self, settings: FitSettings, split: Split, device: Device, teachers: Sequence[Run] = ()):
        self.labels = labels = len(split.train.labels)
        keras.utils.set_random_seed(settings.training_seed)
        keras.config.set_dtype_policy(resolve_precision(settings, device))
        try:
            self.network: Network = build_network(settings, labels)
            self.teachers = TeacherEnsemble(teachers) if teachers else None
        finally:
            keras.config.set_dtype_policy("float32")
        self.examples, self.validation_set = TrainingExamples.from_split(split), split.validation
        is_balanced = settings.class_weights == "balanced"
        self.class_weights = np.append(balanced_weights(split.train), np.float32(1)) if is_balanced else None  # 1: outliers
        self.sampler = CropSampler(
            self.examples.images,
            INPUTS[settings.network].size,
            AUGMENTATION_PRESETS[settings.augmentation],
            settings.training_seed,
            *render_variants(self.examples, settings),
        )
        indices = keras.Input((), dtype="int32", name="indices")
        crops = self.sampler(indices)
        outputs, loss = self.network.model(crops), self.network.loss
        if self.teachers:
            outputs = keras.layers.Concatenate(name="with_teachers")([outputs, self.teachers(crops)])  # (n, 2 * labels)
            loss = distillation_loss(loss, labels, settings.distillation_weight, settings.distillation_temperature)
        self.model = keras.Model(indices, outputs)
        self.settings, self.loss, self.gpu = settings, loss, device.gpu
        images_per_epoch = sum(self.examples.epoch_size(settings.stroke_repeats, settings.outlier_share))
        self.progress = TrainingProgress(
            images_per_epoch, settings.epochs, min(settings.batch_size, images_per_epoch), settings.last_batch == "keep"
        )
        self.total_steps = self.progress.steps_per_epoch * settings.epochs
        self.schedule = build_lr_schedule(settings, self.total_steps)
        self.ema = WeightEMA(self.network.model, self._ema_window) if settings.ema_epochs > 0 else None
        self.use_optimizer(build_optimizer(settings, self.schedule))

    def train(self, indices: np.ndarray, steps_before: int, on_step: Callable[[dict[str, float]], bool]) -> None:
        """Take a step for each batch of the images at `indices`, int32, a part of an epoch that has had `steps_before` steps.

        on_step: gets the mean loss and accuracy over these images so far, and returns whether to continue.
        """
        callbacks: list[keras.callbacks.Callback] = [StepCallback(on_step)]
        if self.ema:
            self.ema.steps_before = steps_before
            callbacks.insert(0, self.ema)
        self.model.fit(
            indices,
            self.examples.targets[indices],
            sample_weight=None if self.class_weights is None else self.class_weights[self.examples.targets[indices]],
            batch_size=self.progress.batch_size,
            shuffle=False,
            callbacks=callbacks,
            verbose=0,
        )

    def validate(self) -> ValidationResult:
        """Evaluate the validation set with the weights that would be saved."""
        indices, targets = self.examples.validation
        with self.ema.swapped_in() if self.ema else nullcontext():
            outputs = self.model.predict(indices, batch_size=VALIDATION_BATCH_SIZE, verbose=0)[:, : self.labels]
            losses = keras.ops.convert_to_numpy(self.network.loss(targets, outputs))
            penalty = sum(float(each) for each in self.network.model.losses)
        has_label = targets < self.labels
        loss = validation_loss(losses, has_label, self.settings.outlier_share) + penalty
        probabilities = keras.ops.convert_to_numpy(self.network.probabilities(outputs[has_label]))
        return ValidationResult(loss, probabilities, targets[has_label])

    def change_settings(self, changes: dict[str, float | int]) -> None:
        """Change settings from the next step on, between two calls of `train`.

        learning_rate: scales the rest of a schedule. batch_size: the rest of the schedule is spread over the steps that are
        left; the rest of the epoch comes in batches of the new size, the last one possibly smaller. momentum, weight_decay: the
        train step is compiled again.
        """
        self.settings = self.settings.override(**changes)
        if "learning_rate" in changes:
            rate = self.model.optimizer.learning_rate if self.schedule is None else self.schedule.peak
            rate.assign(self.settings.learning_rate)
        if "batch_size" in changes:
            self.progress.resize(self.settings.batch_size)
            if self.schedule:
                self.schedule.rescale(self.progress.step, self.progress.steps_left)
            if self.ema:
                self.ema.window = self._ema_window
        if {"momentum", "weight_decay"} & set(changes):
            self.use_optimizer(build_optimizer(self.settings, self.schedule))
        elif keras.backend.backend() == "jax":
            self.model.train_function = None  # JAX compiles the schedule's variables into the step as constants

    def epoch_order(self, epoch: int) -> np.ndarray:
        """Return the indices of an epoch's training images and outliers in order, int32.

        Without the last batch, all batches are full, so that the compiled step has one shape; the images left over differ by
        epoch.
        """
        settings = self.settings
        order = self.examples.epoch_order(settings.training_seed, epoch, settings.stroke_repeats, settings.outlier_share)
        return order[: self.progress.epoch_images]

    def learning_rate(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        return self.settings.learning_rate if self.schedule is None else float(self.schedule(step))

    def weights(self) -> list[np.ndarray]:
        """Return the network's weights as they would be saved: their EMA, if the settings ask for one."""
        return self.ema.weights() if self.ema else self.network.model.get_weights()

    def checkpoint(self, epoch: int, seconds: float) -> Checkpoint:
        """Return a checkpoint after `epoch` epochs."""
        position = None if self.schedule is None else keras.ops.convert_to_numpy(self.schedule.position)
        return Checkpoint(epoch, self.progress.step, self.progress.images_seen, seconds, self.state(), position)

    def load_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Continue where a checkpoint was taken. Raises InvalidInput for a checkpoint of another network or optimizer."""
        self.restore(checkpoint.variables)
        self.progress.begin_epoch(checkpoint.epoch)
        self.progress.step, self.progress.images_seen = checkpoint.step, checkpoint.images_seen
        if self.schedule and checkpoint.schedule_position is not None:
            self.schedule.position.assign(checkpoint.schedule_position)

    def state(self) -> dict[str, np.ndarray]:
        """Return every variable that training changes: weights, statistics, random states, optimizer slots, EMA."""
        values = [keras.ops.convert_to_numpy(variable) for variable in self._variables()]
        values += self.ema.state() if self.ema else []
        return {f"{index:04d}": value for index, value in enumerate(values)}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Restore what `state` returned. Raises InvalidInput if the shapes don't match."""
        variables = self._variables()
        values = [state[name] for name in sorted(state)]
        own, ema = values[: len(variables)], values[len(variables) :]
        shapes = [tuple(variable.shape) for variable in variables]
        shapes += [value.shape for value in self.ema.state()] if self.ema else []
        if [value.shape for value in values] != shapes:
            raise InvalidInput("The checkpoint belongs to another network or optimizer.")
        for variable, value in zip(variables, own, strict=True):
            variable.assign(value)
        if self.ema:
            self.ema.restore(ema)

    def use_optimizer(self, optimizer: keras.optimizers.Optimizer) -> None:
        """Train with another optimizer from now on, which takes over the state of the previous one."""
        update_regularizers(self.network.model, self.settings)
        previous = getattr(self.model, "optimizer", None)
        self.model.compile(
            optimizer=optimizer,
            loss=self.loss,
            metrics=[Accuracy(self.labels)],
            jit_compile=self.gpu,  # on a CPU, XLA's convolutions are slower than oneDNN's
        )
        optimizer.build(self.model.trainable_variables)
        if previous is not None:
            transfer_state(previous, optimizer)

    @property
    def _ema_window(self) -> float:
        return self.settings.ema_epochs * self.progress.steps_per_epoch

    def _variables(self) -> list[keras.Variable]:
        constants = [*self.sampler.constants, *(self.teachers.variables if self.teachers else [])]
        constant_ids = {id(variable) for variable in constants}
        changing = [variable for variable in self.model.variables if id(variable) not in constant_ids]
        return [*changing, *self.model.optimizer.variables]
