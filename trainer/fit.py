"""Fit: settings -> labelled sets -> network -> training -> a run folder. The command line and the service call this."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from server.inference.errors import BadInput, InklingError
from trainer.data.spec import load
from trainer.data.split import Split, split
from trainer.device import Device, precision, prepare, take
from trainer.events import Event, Failed, Finished, Listener, Started
from trainer.listeners import RunLog, TensorBoardLog
from trainer.run import Run
from trainer.settings import FitSettings


def fit(
    settings: FitSettings,
    path: Path,
    listeners: list[Listener],
    stopped: Callable[[], bool] = lambda: False,
    resume: bool = False,
) -> Run:
    """Train a network and leave a run that can be evaluated and exported.

    `stopped` is asked after every step; once it says true the fit ends as if it had been its last, with the best weights
    so far. With `resume` the run at `path` goes on after its last whole epoch; the same weights come out as if it had
    never been interrupted. Raises an InklingError for what the user can mend.
    """
    try:
        return _fit(settings, path, listeners, stopped, resume)
    except Exception as error:
        for listener in listeners:
            listener(Failed(message=str(error) if isinstance(error, InklingError) else f"{type(error).__name__}: {error}"))
        raise


def _fit(settings: FitSettings, path: Path, listeners: list[Listener], stopped: Callable[[], bool], resume: bool) -> Run:
    prepare(settings.device)
    sets = [load(spec) for spec in settings.data]
    parts = split(sets, settings.seed, settings.validation)
    device = take(settings)
    data = _describe(sets, parts)
    run = _reopen(path, settings, data) if resume else Run.create(path, settings)
    if not resume:
        run.write_text("data.json", _json(data))
    run.write_held_out(parts.validation, parts.test)
    return _train(run, settings, parts, device, listeners, stopped, resume)


def _train(
    run: Run,
    settings: FitSettings,
    parts: Split,
    device: Device,
    listeners: list[Listener],
    stopped: Callable[[], bool],
    resume: bool,
) -> Run:
    from trainer.callbacks import Teller
    from trainer.learner import Learner
    from trainer.networks.table import layer_table
    from trainer.summary import summarise

    first_epoch = len(run.history()) if resume else 0
    learner = Learner(settings, parts, device)
    if resume:
        learner.restore(run.read_state())
    with RunLog(run, keep=first_epoch) as log, TensorBoardLog(run, keep=first_epoch) as board:
        everyone = [log, board, *listeners]

        def tell(event: Event) -> None:
            for listener in everyone:
                listener(event)

        tell(
            Started(
                run=str(run.path),
                device=device.name,
                backend=device.backend,
                precision=precision(settings, device),
                labels=list(parts.train.labels),
                counts=run.data["counts"],
                epochs=settings.epochs,
                first_epoch=first_epoch,
                steps=learner.steps,
                layers=layer_table(learner.network.layers),
            )
        )
        teller = Teller(run, learner, settings, tell, stopped)
        began = time.perf_counter()
        learner.fit(first_epoch, [teller])
        seconds = time.perf_counter() - began
        reports = summarise(run, parts, device, seconds)
        history = run.history()
        tell(
            Finished(
                run=str(run.path),
                interrupted=teller.interrupted or len(history) < settings.epochs,
                epochs=len(history),
                best_epoch=max(history, key=lambda row: (row["best"], row["epoch"]), default={"epoch": 0})["epoch"],
                validation_accuracy=teller.best[0],
                seconds=seconds,
                test={choice: report["accuracy"] for choice, report in reports.items()} | {"n": len(parts.test)},
            )
        )
    return run


def _describe(sets: list, parts: Split) -> dict:
    return {
        "labels": list(parts.train.labels),
        "sets": [{"name": known.name, "n": len(known), "sha256": known.sha256()} for known in sets],
        "counts": {"training": len(parts.train), "validation": len(parts.validation), "test": len(parts.test)},
    }


def _reopen(path: Path, settings: FitSettings, data: dict) -> Run:
    run = Run.open(path)
    if run.data["sets"] != data["sets"]:
        raise BadInput(f"Expected the data that {path} was fitted on. Received sets that differ from it.")
    if len(run.history()) >= settings.epochs:
        raise BadInput(f"Expected a run to go on with. Received {path}, which has all of its {settings.epochs} epochs.")
    run.write_text("settings.json", settings.to_json())
    return run


def _json(value: dict) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
