"""The other Keras backends."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest

from tests.conftest import missing

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("backend", ["jax"])
def test_another_backend_can_train(backend, tmp_path):
    """`KERAS_BACKEND=jax trainer fit` writes a run that TensorFlow exports."""
    if importlib.util.find_spec(backend) is None:
        missing(f"no {backend}")
    words = ["fit", "--data", "digits", "--recipe", "tfjs", "--augmentation", "elastic", "--epochs", "3", "--batch-size", "64"]
    command = [sys.executable, "-c", "from trainer.cli.main import main; main()", *words, "--learning-rate", "0.01"]
    command += ["--progress", "json", "--run", str(tmp_path / "run")]
    environment = os.environ | {"KERAS_BACKEND": backend}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["backend"] == backend
    assert events[-1]["test"]["1"] > 0.8
    from trainer.export.exporter import export
    from trainer.runs.run import Run

    assert export(Run.open(tmp_path / "run"), tmp_path / "model.onnx").exists()


SCRIPT = """
import json, sys
from pathlib import Path
from tests.support.trainer_fixtures import at_step, small_settings
from trainer.training.control import FitControl
from trainer.training.events import BatchEvent
from trainer.fit import fit
import threading
import trainer.training.loop
trainer.training.loop.MAX_BATCH_EVENTS_PER_SECOND = 1e9
settings = small_settings(epochs=2, lr_schedule="one-cycle")
control, rates, snapshots = FitControl(settings), [], []

def inspect():
    snapshots.append(control.inspect(3, timeout=120))
    control.resume()

def pause():
    control.pause()
    control.change(learning_rate=0.02, momentum=0.5, batch_size=50)
    threading.Thread(target=inspect).start()

listen = lambda event: rates.append(event.learning_rate) if isinstance(event, BatchEvent) else None
run = fit(settings, Path(sys.argv[1]), [listen, at_step({5: pause})], control)
(snapshot,) = snapshots
gradient = snapshot.layers[-1].arrays["activations_gradient"].tolist()
print(json.dumps({"rates": rates, "gradient": gradient, "probabilities": snapshot.probabilities, "label": snapshot.label}))
"""


@pytest.mark.parametrize("backend", ["jax"])
def test_a_fit_on_another_backend_can_be_controlled(backend, tmp_path):
    """A change takes effect and a snapshot has gradients, although JAX compiles the whole step."""
    if importlib.util.find_spec(backend) is None:
        missing(f"no {backend}")
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "run")]
    environment = os.environ | {"KERAS_BACKEND": backend}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["rates"][5] > 1.9 * result["rates"][4]
    expected = [share - (str(place) == result["label"]) for place, share in enumerate(result["probabilities"])]
    assert result["gradient"] == pytest.approx(expected, abs=1e-3)
