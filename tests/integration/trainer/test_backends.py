"""Keras' other backends train the same networks."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest

from tests.conftest import missing


@pytest.mark.parametrize("backend", ["jax"])
def test_another_backend_trains_too(backend, tmp_path):
    """`KERAS_BACKEND=jax trainer fit` learns and leaves a run that TensorFlow exports."""
    if importlib.util.find_spec(backend) is None:
        missing(f"no {backend}")
    words = ["fit", "--data", "digits", "--recipe", "tfjs", "--augment", "elastic", "--epochs", "3", "--batch-size", "64"]
    command = [sys.executable, "-c", "from trainer.cli.main import main; main()", *words, "--learning-rate", "0.01"]
    command += ["--progress", "json", "--run", str(tmp_path / "run")]
    environment = os.environ | {"KERAS_BACKEND": backend}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["backend"] == backend
    assert events[-1]["test"]["4"] > 0.8
    from trainer.export.exporter import export
    from trainer.runs.run import Run

    assert export(Run.open(tmp_path / "run"), tmp_path / "model.onnx").exists()


STEERED = """
import json, sys
from pathlib import Path
from tests.support.trainer_fixtures import at_step, small_settings
from trainer.training.control import Controls
from trainer.training.events import Batch
from trainer.training.fit import fit
import threading
import trainer.training.loop
trainer.training.loop.BATCH_EVENTS_A_SECOND = 1e9
settings = small_settings(epochs=2, schedule="one-cycle")
controls, rates, seen = Controls(settings), [], []

def look():
    seen.append(controls.look(3, timeout=120))
    controls.go_on()

def hold():
    controls.pause()
    controls.change(learning_rate=0.02, momentum=0.5, batch_size=50)
    threading.Thread(target=look).start()

listen = lambda event: rates.append(event.learning_rate) if isinstance(event, Batch) else None
run = fit(settings, Path(sys.argv[1]), [listen, at_step({5: hold})], controls)
slopes = seen[0].layers[-1].arrays["activations_gradient"].tolist()
print(json.dumps({"rates": rates, "slopes": slopes, "probabilities": seen[0].probabilities, "label": seen[0].label}))
"""


@pytest.mark.parametrize("backend", ["jax"])
def test_another_backend_is_steered_too(backend, tmp_path):
    """A change takes effect and a look has gradients where steps are compiled as a whole."""
    if importlib.util.find_spec(backend) is None:
        missing(f"no {backend}")
    command = [sys.executable, "-c", STEERED, str(tmp_path / "run")]
    environment = os.environ | {"KERAS_BACKEND": backend}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["rates"][5] > 1.9 * told["rates"][4]
    wanted = [share - (str(place) == told["label"]) for place, share in enumerate(told["probabilities"])]
    assert told["slopes"] == pytest.approx(wanted, abs=1e-3)
