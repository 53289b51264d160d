"""Finalization of a run after training: temperature, rejection threshold, test reports, curves, samples, mistakes."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from inkling.evaluation.evaluator import evaluate_dataset
from inkling.plotting.image_grid import image_grid
from trainer.backend.device import Device
from trainer.data.split import Split
from trainer.networks.network import Network, has_temperature
from trainer.runs.keras_predictor import keras_predictor, load_best_network
from trainer.runs.phases import PhaseTimer
from trainer.runs.plots import plot_curves, plot_mistakes
from trainer.runs.provenance import commit, versions
from trainer.runs.rejection_threshold import find_rejection_threshold
from trainer.runs.run import Run
from trainer.runs.temperature_scaling import fit_temperature

MAX_SAMPLES = 100


def finalize_run(
    run: Run, parts: Split, device: Device, phases: PhaseTimer, seconds: float, interrupted: bool
) -> dict[str, dict]:
    """Write curves.png, samples.png, mistakes.png and report.json; return the test reports by choice of crops.

    phases: of the fit so far. seconds: of training, including before a resume. interrupted: whether it ended early by a stop
    or a failure.
    """
    with phases.measure("measuring"):
        network, temperature = _calibrate(run)
        known = find_rejection_threshold(keras_predictor(run, network), run)
        predictor, test, outliers = keras_predictor(run, network, known), run.held_out("test"), run.held_out_outliers("test")
        reports = {crops: evaluate_dataset(predictor, test, crops, outliers=outliers) for crops in ("1", "4")}
        run.write("curves.png", lambda path: plot_curves(run.history(), path))
        run.write("samples.png", lambda path: _plot_samples(parts, path))
        run.write("mistakes.png", lambda path: plot_mistakes(reports["4"]["mistakes"], test).save(path, "PNG"))
    fitted = {
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "interrupted": interrupted,
        "device": device.name,
        "backend": device.backend,
        "seconds": round(seconds, 1),
        "phases": phases.rounded(),
        "versions": versions(),
        "commit": commit(),
        "temperature": temperature,
        "known": known,
    }
    run.write_json("report.json", {"fitted": fitted, "reports": reports})
    return reports


def _calibrate(run: Run) -> tuple[Network, float]:
    """Return the run's network at the temperature that fits its validation set, and that temperature."""
    network = load_best_network(run, temperature=1.0)
    if not has_temperature(run.settings):
        return network, 1.0
    validation = run.held_out("validation")
    crops = keras_predictor(run, network).predict(validation.images).crops
    temperature = fit_temperature(crops, validation.targets)
    return load_best_network(run, temperature), temperature


def _plot_samples(parts: Split, path: Path) -> None:
    train = parts.train
    chosen = np.linspace(0, len(train) - 1, min(MAX_SAMPLES, len(train))).astype(int)
    captions = [train.labels[target] for target in train.targets[chosen]]
    image_grid(train.images[chosen], captions).save(path, "PNG")
