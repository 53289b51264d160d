"""Run a program to completion; neither it nor its descendants outlive the timeout or Ctrl-C."""

import subprocess
from pathlib import Path

from benchmarks.harness.process_tree import descendants, kill_tree


def run_with_timeout(command: list[str], cwd: Path, timeout: float) -> subprocess.CompletedProcess[str]:
    """Run a program and capture its output. Raises subprocess.TimeoutExpired after `timeout` seconds."""
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with process:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        finally:
            kill_tree(process.pid, descendants(process.pid))
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)
