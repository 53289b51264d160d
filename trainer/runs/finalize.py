"""Summary of a run, made once its weights are final: temperature, threshold, test reports, curves, sample sheet."""

from pathlib import Path

import numpy as np

from inkling.evaluation.report import score
from inkling.plotting.image_grid import sheet
from trainer.backend.device import Device
from trainer.data.split import Split
from trainer.networks.network import Network, has_temperature
from trainer.runs.keras_predictor import best_network, run_predictor
from trainer.runs.plots import draw_curves
from trainer.runs.provenance import commit, versions
from trainer.runs.rejection_threshold import find_threshold
from trainer.runs.run import Run
from trainer.runs.temperature_scaling import fit_temperature

SAMPLES = 100


def summarise(run: Run, parts: Split, device: Device, seconds: float) -> dict[str, dict]:
    """Write report.json, curves.png and samples.png; return the reports by choice of crops."""
    network, temperature = _calibrated(run)
    known = find_threshold(run_predictor(run, network), run)
    predictor, test, outliers = run_predictor(run, network, known), run.held_out("test"), run.held_out_outliers("test")
    reports = {choice: score(predictor, test, choice, outliers=outliers) for choice in ("1", "4")}
    fitted = {
        "device": device.name,
        "backend": device.backend,
        "seconds": round(seconds, 1),
        "versions": versions(),
        "commit": commit(),
        "temperature": temperature,
        "known": known,
    }
    run.write_json("report.json", {"fitted": fitted, "reports": reports})
    run.write("curves.png", lambda path: draw_curves(run.history(), path))
    run.write("samples.png", lambda path: _draw_samples(parts, path))
    return reports


def _calibrated(run: Run) -> tuple[Network, float]:
    """The run's network at the temperature that fits its validation images, and that temperature."""
    network = best_network(run, temperature=1.0)
    if not has_temperature(run.settings):
        return network, 1.0
    validation = run.held_out("validation")
    crops = run_predictor(run, network).predict(validation.images).crops
    temperature = fit_temperature(crops, validation.targets)
    return best_network(run, temperature), temperature


def _draw_samples(parts: Split, path: Path) -> None:
    train = parts.train
    chosen = np.linspace(0, len(train) - 1, min(SAMPLES, len(train))).astype(int)
    captions = [train.labels[target] for target in train.targets[chosen]]
    sheet(train.images[chosen], captions).save(path, "PNG")
