"""Sweeps: many fits in their own processes, and their table."""

import json
import signal
import subprocess

import pytest
from click.testing import CliRunner

from trainer.cli.main import main
from trainer.experiments import parallel_fits
from trainer.runs.run import Run

SMALL = ("--data=digits", "--batch-size=64", "--augmentation=random-crop", "--epochs=1", "--outliers=none", "--device=cpu")

pytestmark = pytest.mark.slow


def invoke(*words: object):
    """Invoke `trainer` in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="trainer")


def test_a_sweep_ranks_complete_fits_and_reports_failed_ones(tmp_path):
    """Three networks, one of which is too deep for the crop; a second call fits nothing again."""
    vary = "layers=3x3x4/4 pool;5x5x8/2v 3x3x8/2v;9x9x4v 9x9x4v 9x9x4v"
    first = invoke("sweep", "--vary", vary, *SMALL, "--jobs", 2, "--run", tmp_path / "sweep")
    assert first.exit_code == 1
    assert first.stderr.splitlines()[-1].startswith("trainer sweep: 1 of 3 fits failed: layers=9x9x4v")
    content = json.loads((tmp_path / "sweep" / "sweep.json").read_text())
    assert len(content["rows"]) == 2
    assert len(content["failed"]) == 1
    ranks = [(-row["val_accuracy"], row["val_loss"]) for row in content["rows"]]
    assert ranks == sorted(ranks)
    for row in content["rows"]:
        (fit,) = row["fits"]
        history = Run.open(tmp_path / "sweep" / fit["run"]).history()
        assert (row["val_loss"], row["val_accuracy"]) == (history[0]["val_loss"], history[0]["val_accuracy"])
        assert row["microseconds_per_crop"] > 0
        assert fit["validation_images"] == 70
        assert "test" not in json.dumps(row)
    costs = {row["settings"]["layers"]: (row["parameters"], row["multiply_adds"]) for row in content["rows"]}
    assert costs["3x3x4/4 pool"] == (36 + 16 + 370, 36 * 36 + 36 * 4 + 360)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "sweep").glob("*/best.npz")}
    again = invoke("sweep", "--vary", vary.rpartition(";")[0], *SMALL, "--run", tmp_path / "sweep", "--markdown")
    assert again.exit_code == 0, again.stderr
    assert "2 already complete" in again.stderr
    lines = again.stdout.splitlines()
    assert lines[0].startswith("| layers | val_accuracy |")
    assert lines[2].startswith(f"| {content['rows'][0]['settings']['layers']} |")
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_ctrl_c_stops_all_fits(tmp_path):
    """The running fit saves its best weights; the next one isn't started."""
    words = ["sweep", "--vary", "batch-size=32;64", "--recipe", "tfjs", "--data", "digits", "--epochs", "99999"]
    command = [*parallel_fits.PROGRAM, *words, "--device", "cpu", "--run", str(tmp_path / "sweep")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "epoch 2/" in line:
                process.send_signal(signal.SIGINT)
                break
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert errors.splitlines()[-1].startswith("trainer sweep: Stopped after 0 of 2 fits.")
    (folder,) = [path.parent for path in (tmp_path / "sweep").glob("*/settings.json")]
    assert Run.open(folder).finished
