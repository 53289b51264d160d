"""A dry run: builds all that a fit needs, takes a few steps, and estimates time and memory. Writes nothing."""

import logging
import resource
import time
from dataclasses import dataclass
from typing import Any

from trainer.backend.device import prepare_backend, resolve_precision, select_device
from trainer.data.fit_data import load_fit_data
from trainer.data.outliers import AUTO, resolve_outliers
from trainer.data.spec import resolve_spec
from trainer.distillation.teachers import check_teachers, open_teachers
from trainer.runs.phases import PhaseTimer
from trainer.settings import FitSettings

TIMED_STEPS = 30
"""Steps that are timed, after the one that compiles."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FitEstimate:
    """What a fit would do. memory: peak of this process in bytes.

    step_seconds: mean of `timed_steps` steps. epoch_seconds: what the start of an epoch takes beyond its first step.
    """

    device: str
    backend: str
    precision: str
    layers: list[dict[str, Any]]
    labels: list[str]
    counts: dict[str, int]
    batch_size: int
    steps_per_epoch: int
    epochs: int
    loading_seconds: float
    compiling_seconds: float
    step_seconds: float
    timed_steps: int
    epoch_seconds: float
    validation_seconds: float
    memory: int

    @property
    def training_seconds(self) -> float:
        """Estimate for all epochs with their validations, without loading, compiling and the final measurement."""
        return self.epochs * (self.steps_per_epoch * self.step_seconds + self.epoch_seconds + self.validation_seconds)


def estimate_fit(settings: FitSettings) -> FitEstimate:
    """Prepare a fit as `fit` does, and take a few steps. Raises an InklingError for what the user can fix."""
    phases = PhaseTimer()
    specs = [resolve_spec(spec) for spec in settings.data]
    teachers = open_teachers(settings.teachers)
    outlier_specs = [spec if spec == AUTO else resolve_outliers(spec) for spec in settings.outliers]
    log.info("loading Keras")
    with phases.measure("loading"):
        prepare_backend(settings.device)
    loaded = load_fit_data(settings, specs, outlier_specs, phases)
    device = select_device(settings)
    if teachers:
        check_teachers(teachers, settings, loaded.describe(), loaded.parts)
    from trainer.networks.layer_table import layer_table  # these import Keras
    from trainer.training.trainable_model import TrainableModel

    log.info("building the network")
    with phases.measure("compiling"):
        model = TrainableModel(settings, loaded.parts, device, teachers)
    progress = model.progress
    progress.begin_epoch(0)
    order = model.epoch_order(0)
    log.info("compiling the training step")
    with phases.measure("compiling"):
        model.train(order[: progress.batch_size], 0, lambda _: True)
    times: list[float] = []

    def on_step(_: dict[str, float]) -> bool:
        times.append(time.perf_counter())
        return True

    steps = min(TIMED_STEPS, len(order) // progress.batch_size)  # a last, smaller batch is compiled separately
    log.info("timing %d steps and a validation", steps)
    started = time.perf_counter()
    model.train(order[: steps * progress.batch_size], 1, on_step)
    step_seconds = (times[-1] - times[0]) / (steps - 1) if steps > 1 else times[0] - started
    model.validate()  # compiles
    with phases.measure("validating"):
        model.validate()
    return FitEstimate(
        device=device.name,
        backend=device.backend,
        precision=resolve_precision(settings, device),
        layers=layer_table(model.network.model),
        labels=list(loaded.parts.train.labels),
        counts=loaded.counts,
        batch_size=progress.batch_size,
        steps_per_epoch=progress.steps_per_epoch,
        epochs=settings.epochs,
        loading_seconds=phases.seconds["loading"] + phases.seconds.get("outliers", 0.0),
        compiling_seconds=phases.seconds["compiling"],
        step_seconds=step_seconds,
        timed_steps=max(1, steps - 1),
        epoch_seconds=max(0.0, times[0] - started - step_seconds),
        validation_seconds=phases.seconds["validating"],
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )


def format_estimate(estimate: FitEstimate) -> str:
    """Format the estimate as text."""
    from trainer.networks.layer_table import format_table  # imports Keras
    from trainer.training.loggers import format_duration

    counts = ", ".join(f"{count:,} {part}" for part, count in estimate.counts.items())
    gpu = "" if estimate.device.startswith("cpu") else ", without that of the GPU"
    steps = estimate.steps_per_epoch * estimate.epochs
    return (
        f"{format_table(estimate.layers)}\n"
        f"device    {estimate.device} ({estimate.backend}, {estimate.precision})\n"
        f"images    {counts}; {len(estimate.labels)} labels\n"
        f"steps     {estimate.steps_per_epoch:,} per epoch of batches of {estimate.batch_size:,}, "
        f"{steps:,} in {estimate.epochs:,} epochs\n"
        f"measured  {1000 * estimate.step_seconds:,.1f} ms per step (mean of {estimate.timed_steps}), "
        f"{estimate.epoch_seconds:,.2f} s per start of an epoch, {estimate.validation_seconds:,.2f} s per validation, "
        f"loading {estimate.loading_seconds:,.1f} s, "
        f"compiling {estimate.compiling_seconds:,.1f} s\n"
        f"estimate  {format_duration(estimate.training_seconds)} for all epochs, after loading and compiling\n"
        f"memory    {estimate.memory / 1e6:,.0f} MB, the peak of this process so far{gpu}"
    )
