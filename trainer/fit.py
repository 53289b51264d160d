"""Fit: settings -> datasets -> network -> training loop -> run folder. The command line and the service both call this."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from inkling.errors import InklingError, InvalidInput
from trainer.backend.device import Device, prepare_backend, resolve_precision, select_device
from trainer.data.fit_data import FitData, load_fit_data
from trainer.data.outliers import AUTO, resolve_outliers
from trainer.data.spec import resolve_spec
from trainer.distillation.teachers import check_teachers, describe_teachers, open_teachers
from trainer.errors import FitFailed
from trainer.runs.phases import PhaseTimer
from trainer.runs.run import Run
from trainer.runs.summary import distinct_reports
from trainer.settings import MUTABLE_SETTINGS, FitSettings
from trainer.training.checkpoint import Checkpoint
from trainer.training.control import FitControl
from trainer.training.events import FailedEvent, FinishedEvent, FitEvent, FitListener, StartedEvent
from trainer.training.loggers import HistoryLogger
from trainer.training.setting_changes import latest_values, read_changes

log = logging.getLogger(__name__)
"""Says which phase begins. `trainer fit` shows it on the terminal."""


def fit(
    settings: FitSettings, path: Path, listeners: list[FitListener], control: FitControl | None = None, resume: bool = False
) -> Run:
    """Train a network and return its run folder, which can be evaluated and exported.

    control: changes settings, pauses, inspects and stops the fit from other threads; after a stop the run has the best weights
    so far. resume: continue the run at `path` after its last whole epoch. The result is the same as without the interruption,
    and settings changed during the fit stay changed. Raises an InklingError for what the user can fix; every failure is first
    emitted as a FailedEvent.
    """
    control = control or FitControl(settings)
    try:
        return _fit(settings, path, listeners, control, resume)
    except Exception as error:
        for listener in listeners:
            listener(FailedEvent(message=str(error) if isinstance(error, InklingError) else f"{type(error).__name__}: {error}"))
        raise
    finally:
        control.close()


def _fit(settings: FitSettings, path: Path, listeners: list[FitListener], control: FitControl, resume: bool) -> Run:
    if resume:
        run = Run.open(path)
        specs, outlier_specs, checkpoint = run.data["specs"], run.data.get("outlier_specs", []), Checkpoint.read(run)
        teachers = open_teachers(run.data.get("teacher_runs", []))
    else:
        Run.check_free(path)
        specs, checkpoint = [resolve_spec(spec) for spec in settings.data], Checkpoint()
        teachers = open_teachers(settings.teachers)
        outlier_specs = [spec if spec == AUTO else resolve_outliers(spec) for spec in settings.outliers]
    phases = PhaseTimer()
    log.info("loading Keras")
    with phases.measure("loading"):
        prepare_backend(settings.device)
    loaded = load_fit_data(settings, specs, outlier_specs, phases)
    parts, device = loaded.parts, select_device(settings)
    if control.is_stopping:
        raise FitFailed("Stopped before the first step; nothing was written.")
    data = loaded.describe()
    if teachers:
        check_teachers(teachers, settings, data, parts)
        data |= describe_teachers(teachers)
    is_new_folder = not path.exists()
    run = _reopen(run, settings, data, checkpoint) if resume else Run.create(path, settings, data)
    discard = None if resume else partial(run.discard, with_folder=is_new_folder)
    run.write_held_out(parts)
    from trainer.training.tensorboard import TensorBoardLogger  # imports Keras

    with HistoryLogger(run, checkpoint.epoch) as history, TensorBoardLogger(run, checkpoint.epoch) as board:
        listeners = [history, board, *listeners]
        return _train(run, settings, teachers, device, checkpoint, listeners, control, loaded, phases, board.watch, discard)


def _train(
    run: Run,
    settings: FitSettings,
    teachers: list[Run],
    device: Device,
    checkpoint: Checkpoint,
    listeners: list[FitListener],
    control: FitControl,
    loaded: FitData,
    phases: PhaseTimer,
    on_built: Callable[[Any], object],
    discard: Callable[[], None] | None,
) -> Run:
    """Train, measure and report. discard: deletes the new run if a listener fails at the start, so that its path is free."""
    from trainer.networks.layer_table import layer_table  # these import Keras
    from trainer.runs.finalize import finalize_run
    from trainer.runs.fit_warnings import find_warnings
    from trainer.training.loop import TrainingLoop
    from trainer.training.trainable_model import TrainableModel

    def emit(event: FitEvent) -> None:
        for listener in listeners:
            listener(event)

    log.info("building the network")
    parts = loaded.parts
    with phases.measure("compiling"):
        model = TrainableModel(settings, parts, device, teachers)
    on_built(model.network.model)
    if checkpoint.epoch:
        changes = latest_values([row for row in read_changes(run) if row["step"] <= checkpoint.step])
        if changes:
            model.change_settings(changes)  # before the checkpoint is loaded, since it was taken with these settings
        model.load_checkpoint(checkpoint)
    started = StartedEvent(
        run=str(run.path),
        device=device.name,
        backend=device.backend,
        precision=resolve_precision(settings, device),
        labels=list(parts.train.labels),
        counts=run.data["counts"],
        epochs=settings.epochs,
        first_epoch=checkpoint.epoch,
        steps=model.total_steps,
        layers=layer_table(model.network.model),
    )
    try:
        emit(started)
    except FitFailed:
        if discard:
            discard()
        raise
    log.info("compiling the training step")
    loop = TrainingLoop(run, model, checkpoint, emit, control, phases)
    try:
        with control.attached({name: getattr(model.settings, name) for name in MUTABLE_SETTINGS} | loop.changes.lost):
            loop.run()
    except FitFailed:
        if loop.has_weights:
            finalize_run(run, parts, device, phases, loop.seconds, interrupted=True)
        raise
    seconds = loop.seconds
    log.info("measuring the accuracy on the test split")
    reports = finalize_run(run, parts, device, phases, seconds, loop.interrupted)
    history = run.history()
    emit(
        FinishedEvent(
            run=str(run.path),
            interrupted=loop.interrupted,
            epochs=len(history),
            best_epoch=max((row["epoch"] for row in history if row["best"]), default=0),
            val_accuracy=loop.best_score[0],
            seconds=seconds,
            test={crops: report["accuracy"] for crops, report in distinct_reports(reports).items()} | {"n": len(parts.test)},
            warnings=[*loaded.warnings, *find_warnings(reports["4"])],
        )
    )
    return run


def _reopen(run: Run, settings: FitSettings, data: dict, checkpoint: Checkpoint) -> Run:
    if any(run.data.get(key) != data.get(key) for key in ("sets", "outliers")):
        raise InvalidInput(f"{run.path} can't be resumed: its datasets have changed since.")
    if run.data.get("teachers") != data.get("teachers"):
        raise InvalidInput(f"{run.path} can't be resumed: its teachers have changed since.")
    if checkpoint.epoch >= settings.epochs:
        raise InvalidInput(f"{run.path} already has all of its {settings.epochs} epochs; give more --epochs to resume it.")
    run.file("report.json").unlink(missing_ok=True)  # the run is unfinished again
    run.write_settings(settings)
    return run
