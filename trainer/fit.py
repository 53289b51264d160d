"""Fit: settings -> datasets -> network -> training loop -> run folder. The command line and the service both call this."""

import logging
from dataclasses import replace
from pathlib import Path

from inkling.datasets.dataset import Dataset
from inkling.errors import InklingError, InvalidInput
from trainer.backend.device import Device, prepare_backend, resolve_precision, select_device
from trainer.data.imbalance import describe_imbalance
from trainer.data.outliers import AUTO, choose_outliers, load_outliers, resolve_outliers
from trainer.data.spec import load, resolve_spec
from trainer.data.split import Split, split
from trainer.distillation.teachers import check_teachers, describe_teachers, open_teachers
from trainer.errors import FitFailed
from trainer.runs.run import Run
from trainer.settings import MUTABLE_SETTINGS, FitSettings, parse_labels
from trainer.training.checkpoint import Checkpoint
from trainer.training.control import FitControl
from trainer.training.events import FailedEvent, FinishedEvent, FitEvent, FitListener, StartedEvent
from trainer.training.loggers import HistoryLogger, TensorBoardLogger
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
    log.info("loading Keras")
    prepare_backend(settings.device)
    datasets = [_load(spec, parse_labels(settings.labels)) for spec in specs]
    parts = split(datasets, settings.seed, settings.validation_split)
    outlier_specs = choose_outliers(outlier_specs, parts)
    parts, outliers = _add_outliers(settings, datasets, parts, outlier_specs)
    warnings = _warn(settings, datasets, parts)
    device = select_device(settings)
    if control.is_stopping:
        raise FitFailed("Stopped before the first step; nothing was written.")
    data = _describe(specs, datasets, parts)
    if parts.outliers:
        data |= _describe_outliers(outlier_specs, outliers, parts.outliers, data["counts"])
    if teachers:
        check_teachers(teachers, settings, data, parts)
        data |= describe_teachers(teachers)
    run = _reopen(run, settings, data, checkpoint) if resume else Run.create(path, settings, data)
    run.write_held_out(parts)
    with HistoryLogger(run, checkpoint.epoch) as history, TensorBoardLogger(run, checkpoint.epoch) as board:
        return _train(run, settings, parts, teachers, device, checkpoint, [history, board, *listeners], control, warnings)


def _train(
    run: Run,
    settings: FitSettings,
    parts: Split,
    teachers: list[Run],
    device: Device,
    checkpoint: Checkpoint,
    listeners: list[FitListener],
    control: FitControl,
    warnings: list[str],
) -> Run:
    from trainer.networks.layer_table import layer_table  # these import Keras
    from trainer.runs.finalize import finalize_run
    from trainer.runs.fit_warnings import find_warnings
    from trainer.training.loop import TrainingLoop
    from trainer.training.trainable_model import TrainableModel

    def emit(event: FitEvent) -> None:
        for listener in listeners:
            listener(event)

    log.info("building the network")
    model = TrainableModel(settings, parts, device, teachers)
    if checkpoint.epoch:
        changes = latest_values([row for row in read_changes(run) if row["step"] <= checkpoint.step])
        if changes:
            model.change_settings(changes)  # before the checkpoint is loaded, since it was taken with these settings
        model.load_checkpoint(checkpoint)
    emit(
        StartedEvent(
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
    )
    log.info("compiling the training step")
    loop = TrainingLoop(run, model, checkpoint, emit, control)
    try:
        with control.attached({name: getattr(model.settings, name) for name in MUTABLE_SETTINGS} | loop.changes.lost):
            loop.run()
    except FitFailed:
        if loop.has_weights:
            finalize_run(run, parts, device, loop.seconds)
        raise
    seconds = loop.seconds
    log.info("measuring the accuracy on the test split")
    reports = finalize_run(run, parts, device, seconds)
    history = run.history()
    emit(
        FinishedEvent(
            run=str(run.path),
            interrupted=loop.interrupted,
            epochs=len(history),
            best_epoch=max((row["epoch"] for row in history if row["best"]), default=0),
            val_accuracy=loop.best_score[0],
            seconds=seconds,
            test={crops: report["accuracy"] for crops, report in reports.items()} | {"n": len(parts.test)},
            warnings=[*warnings, *find_warnings(reports["4"])],
        )
    )
    return run


def _load(spec: str, labels: tuple[str, ...]) -> Dataset:
    log.info("loading the dataset %s", spec)
    return load(spec, labels)


def _warn(settings: FitSettings, datasets: list[Dataset], parts: Split) -> list[str]:
    """Log what the user should know about the data, and return it."""
    warnings = [f"{dataset.name}: {sentence}" for dataset in datasets for sentence in dataset.warnings]
    if settings.class_weights == "none":
        warnings += describe_imbalance(parts.train)
    for warning in warnings:
        log.warning(warning)
    return warnings


def _describe(specs: list[str], datasets: list[Dataset], parts: Split) -> dict:
    return {
        "labels": list(parts.train.labels),
        "specs": specs,
        "sets": [{"name": dataset.name, "n": len(dataset), "sha256": dataset.sha256()} for dataset in datasets],
        "counts": {"training": len(parts.train), "validation": len(parts.validation), "test": len(parts.test)},
    }


def _add_outliers(
    settings: FitSettings, datasets: list[Dataset], parts: Split, outlier_specs: list[str]
) -> tuple[Split, list[Dataset]]:
    if not outlier_specs:
        return parts, []
    log.info("loading the outliers %s", ", ".join(outlier_specs))
    outliers, outlier_parts = load_outliers(outlier_specs, datasets, parts, settings.seed, settings.validation_split)
    return replace(parts, outliers=outlier_parts), outliers


def _describe_outliers(specs: list[str], outliers: list[Dataset], parts: Split, counts: dict[str, int]) -> dict:
    return {
        "outlier_specs": specs,
        "outliers": [{"name": each.name, "n": len(each), "sha256": each.sha256(), "role": "outliers"} for each in outliers],
        "counts": counts | {"outliers": len(parts.train)},
    }


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
