"""Summary of a run, made once its weights are final: test reports, curves, sample sheet."""

from pathlib import Path

import numpy as np

from server.inference.drawing.sheet import sheet
from server.inference.report import score
from trainer.answer import run_predictor
from trainer.curves import draw_curves
from trainer.data.split import Split
from trainer.device import Device
from trainer.provenance import commit, versions
from trainer.run import Run

SAMPLES = 100


def summarise(run: Run, parts: Split, device: Device, seconds: float) -> dict[str, dict]:
    """Write report.json, curves.png and samples.png; return the reports by choice of crops."""
    predictor = run_predictor(run)
    test = run.held_out("test")
    reports = {choice: score(predictor, test, choice) for choice in ("1", "4")}
    fitted = {
        "device": device.name,
        "backend": device.backend,
        "seconds": round(seconds, 1),
        "versions": versions(),
        "commit": commit(),
    }
    run.write_json("report.json", {"fitted": fitted, "reports": reports})
    run.write("curves.png", lambda path: draw_curves(run.history(), path))
    run.write("samples.png", lambda path: _draw_samples(parts, path))
    return reports


def _draw_samples(parts: Split, path: Path) -> None:
    train = parts.train
    chosen = np.linspace(0, len(train) - 1, min(SAMPLES, len(train))).astype(int)
    captions = [train.labels[target] for target in train.targets[chosen]]
    sheet(train.images[chosen], captions).save(path, "PNG")
