"""Program: something run to its end, with all that it starts; nothing of it outlives a time limit, or Ctrl-C."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.process_tree import descendants, kill


@dataclass(frozen=True)
class Ended:
    """What a program left: its exit code, standard output and standard error."""

    code: int
    output: str
    talk: str


def run(words: list[str], place: Path, seconds: float) -> Ended | None:
    """Run a program in a place; None where it took longer than so many seconds."""
    process = subprocess.Popen(
        words, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with process:
        try:
            output, talk = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            kill(process.pid, descendants(process.pid))
    return Ended(process.returncode, output, talk)
