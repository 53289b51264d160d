"""Fit: settings -> labelled sets -> network -> training -> a run folder. The command line and the service call this."""

from dataclasses import replace
from pathlib import Path

from inkling.datasets.dataset import LabelledSet
from inkling.errors import BadInput, InklingError
from trainer.backend.device import Device, precision, prepare, take
from trainer.data.outliers import MADE_UP, gather
from trainer.data.spec import load, place_of
from trainer.data.split import Split, split
from trainer.distillation.teachers import check_teachers, describe_teachers, open_teachers
from trainer.errors import FitFailed
from trainer.runs.run import Run
from trainer.settings import CHANGEABLE, FitSettings
from trainer.training.checkpoint import State
from trainer.training.control import Controls
from trainer.training.events import Event, Failed, Finished, Listener, Started
from trainer.training.loggers import RunLog, TensorBoardLog
from trainer.training.setting_changes import changed, read_changes


def fit(
    settings: FitSettings, path: Path, listeners: list[Listener], controls: Controls | None = None, resume: bool = False
) -> Run:
    """Train a network and leave a run that can be evaluated and exported.

    `controls` steer it from other threads: change settings, pause, look in; once they say stop it ends as if the step had
    been its last, with the best weights so far. With `resume` the run at `path` goes on after its last whole epoch; the same
    weights come out as if it had never been interrupted, and settings that were changed by hand stay changed. Raises an
    InklingError for what the user can mend; every failure is told as `Failed` first.
    """
    controls = controls or Controls(settings)
    try:
        return _fit(settings, path, listeners, controls, resume)
    except Exception as error:
        for listener in listeners:
            listener(Failed(message=str(error) if isinstance(error, InklingError) else f"{type(error).__name__}: {error}"))
        raise
    finally:
        controls.close()


def _fit(settings: FitSettings, path: Path, listeners: list[Listener], controls: Controls, resume: bool) -> Run:
    if resume:
        run = Run.open(path)
        specs, outlier_specs, begin = run.data["specs"], run.data.get("outlier_specs", []), State.read(run)
        teachers = open_teachers(run.data.get("teacher_runs", []))
    else:
        Run.check_free(path)
        specs, begin, teachers = [place_of(spec) for spec in settings.data], State(), open_teachers(settings.teachers)
        outlier_specs = [spec if spec in MADE_UP else place_of(spec) for spec in settings.outliers]
    prepare(settings.device)
    sets = [load(spec) for spec in specs]
    parts, outliers = _part(settings, sets, outlier_specs)
    device = take(settings)
    if controls.stopping:
        raise FitFailed("Stopped before the first step; nothing was written.")
    data = _describe(specs, sets, parts)
    if parts.outliers:
        data |= _describe_outliers(outlier_specs, outliers, parts.outliers, data["counts"])
    if teachers:
        check_teachers(teachers, settings, data, parts)
        data |= describe_teachers(teachers)
    run = _reopen(run, settings, data, begin) if resume else Run.create(path, settings, data)
    run.write_held_out(parts)
    with RunLog(run, begin.epoch) as log, TensorBoardLog(run, begin.epoch) as board:
        return _train(run, settings, parts, teachers, device, begin, [log, board, *listeners], controls)


def _train(
    run: Run,
    settings: FitSettings,
    parts: Split,
    teachers: list[Run],
    device: Device,
    begin: State,
    listeners: list[Listener],
    controls: Controls,
) -> Run:
    from trainer.networks.table import layer_table
    from trainer.runs.finalize import summarise
    from trainer.training.loop import Training
    from trainer.training.trainable_model import Learner

    def tell(event: Event) -> None:
        for listener in listeners:
            listener(event)

    learner = Learner(settings, parts, device, teachers)
    if begin.epoch:
        rows = [row for row in read_changes(run) if begin.step is not None and row["step"] <= begin.step]
        if rows:
            learner.change(changed(rows))  # before the state is restored, which is that of settings as they had become
        learner.go_on(begin)
    tell(
        Started(
            run=str(run.path),
            device=device.name,
            backend=device.backend,
            precision=precision(settings, device),
            labels=list(parts.train.labels),
            counts=run.data["counts"],
            epochs=settings.epochs,
            first_epoch=begin.epoch,
            steps=learner.steps,
            layers=layer_table(learner.network.layers),
        )
    )
    training = Training(run, learner, begin, tell, controls)
    try:
        with controls.attached({name: getattr(learner.settings, name) for name in CHANGEABLE} | training.changes.lost):
            training.go()
    except FitFailed:
        if training.best:
            summarise(run, parts, device, training.seconds)
        raise
    seconds = training.seconds
    reports = summarise(run, parts, device, seconds)
    history = run.history()
    tell(
        Finished(
            run=str(run.path),
            interrupted=training.interrupted,
            epochs=len(history),
            best_epoch=max((row["epoch"] for row in history if row["best"]), default=0),
            validation_accuracy=training.best[1],
            seconds=seconds,
            test={choice: report["accuracy"] for choice, report in reports.items()} | {"n": len(parts.test)},
        )
    )
    return run


def _describe(specs: list[str], sets: list[LabelledSet], parts: Split) -> dict:
    return {
        "labels": list(parts.train.labels),
        "specs": specs,
        "sets": [{"name": known.name, "n": len(known), "sha256": known.sha256()} for known in sets],
        "counts": {"training": len(parts.train), "validation": len(parts.validation), "test": len(parts.test)},
    }


def _part(settings: FitSettings, sets: list[LabelledSet], outlier_specs: list[str]) -> tuple[Split, list[LabelledSet]]:
    parts = split(sets, settings.seed, settings.validation)
    if not outlier_specs:
        return parts, []
    outliers, outlier_parts = gather(outlier_specs, sets, parts, settings.seed, settings.validation)
    return replace(parts, outliers=outlier_parts), outliers


def _describe_outliers(specs: list[str], sets: list[LabelledSet], parts: Split, counts: dict[str, int]) -> dict:
    return {
        "outlier_specs": specs,
        "outliers": [{"name": known.name, "n": len(known), "sha256": known.sha256(), "role": "outliers"} for known in sets],
        "counts": counts | {"outliers": len(parts.train)},
    }


def _reopen(run: Run, settings: FitSettings, data: dict, begin: State) -> Run:
    if any(run.data.get(key) != data.get(key) for key in ("sets", "outliers")):
        raise BadInput(f"Expected the data that {run.path} was fitted on. Received sets that differ from it.")
    if run.data.get("teachers") != data.get("teachers"):
        raise BadInput(f"Expected the teachers that {run.path} was fitted with. Received others in their folders.")
    if begin.epoch >= settings.epochs:
        raise BadInput(f"Expected a run to go on with. Received {run.path}, which has all of its {settings.epochs} epochs.")
    run.file("report.json").unlink(missing_ok=True)  # it is not finished any more
    run.write_json("settings.json", settings.to_dict())
    return run
