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
    command = [sys.executable, "-c", "from trainer.cli import main; main()", *words, "--learning-rate", "0.01"]
    command += ["--progress", "json", "--run", str(tmp_path / "run")]
    environment = os.environ | {"KERAS_BACKEND": backend}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["backend"] == backend
    assert events[-1]["test"]["4"] > 0.8
    from trainer.export import export
    from trainer.run import Run

    assert export(Run.open(tmp_path / "run"), tmp_path / "model.onnx").exists()
