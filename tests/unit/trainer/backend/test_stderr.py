"""Holding back what native libraries print."""

import os
import subprocess
import sys

import pytest

from trainer.backend.stderr import held_stderr


def test_what_is_printed_is_held_back(capfd):
    """Writes to the file descriptor itself vanish, and afterwards it works again."""
    with held_stderr():
        os.write(2, b"noise")
    os.write(2, b"signal")
    assert capfd.readouterr().err == "signal"


def test_a_failure_says_what_was_held_back(capfd):
    """Nothing that explains an error is lost."""

    def fail():
        os.write(2, b"the reason")
        raise ImportError("no library")

    with pytest.raises(ImportError), held_stderr():
        fail()
    assert capfd.readouterr().err == "the reason"


def test_a_fit_speaks_only_for_itself(tmp_path):
    """Standard error of a real `trainer fit` begins with the table of layers; standard output is the run folder."""
    command = [sys.executable, "-c", "from trainer.cli.main import main; main()", "fit", "--data", "digits", "--recipe", "tfjs"]
    done = subprocess.run(
        [*command, "--epochs", "1", "--run", str(tmp_path / "run")], capture_output=True, text=True, timeout=300, check=True
    )
    assert done.stderr.splitlines()[0].split() == ["layer", "kind", "output", "parameters", "multiply-adds"]
    assert done.stdout == f"{tmp_path / 'run'}\n"
