"""Faults of a fit: killed at random moments, then resumed."""

import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

EPOCHS = 80
FIT = ["--data", "digits", "--recipe", "tfjs", "--epochs", str(EPOCHS), "--outliers", "none", "--device", "cpu"]
PROGRAM = str(Path(sys.executable).with_name("trainer"))


@dataclass(frozen=True)
class KilledFit:
    """kills: how often the fit was killed before it ended. failures: what went wrong when it was resumed or exported."""

    kills: int
    failures: list[str]


def kill_and_resume(folder: Path, seed: int, max_kills: int) -> KilledFit:
    """Kill a fit up to `max_kills` times, resume it each time, and export its model."""
    rng = random.Random(seed)  # noqa: S311 repeatable, not secret
    run, kills, failures = folder / "run", 0, []
    while kills < max_kills:
        process = subprocess.Popen(fit_command(run), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(rng.uniform(3, 9))
        if process.poll() is not None:
            failures.append((process.communicate()[1].strip().splitlines() or ["ended by itself"])[-1][:200])
            break
        process.kill()
        process.communicate()
        kills += 1
    for command in (fit_command(run), [PROGRAM, "export", str(run), "--out", str(folder / "model.onnx")]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            failures.append((done.stderr.strip().splitlines() or ["?"])[-1][:200])
    return KilledFit(kills, failures)


def fit_command(run: Path) -> list[str]:
    """The command that starts a fit, or resumes it once there is a run folder."""
    return (
        [PROGRAM, "fit", "--resume", str(run)]
        if (run / "settings.json").exists()
        else [PROGRAM, "fit", *FIT, "--run", str(run)]
    )
