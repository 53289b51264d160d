"""Memory of processes, as Linux counts it."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

MEGABYTE = 1e6


class ProcessMemory(NamedTuple):
    """rss: resident bytes. pss: resident bytes, with each shared page divided by the number of processes that share it."""

    rss: int
    pss: int


def process_memory(pid: int) -> ProcessMemory:
    """Memory of a running process. Raises OSError if there is no such process."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return ProcessMemory(kilobytes["Rss"] * 1024, kilobytes["Pss"] * 1024)


def interpreter_memory(code: str, *arguments: str) -> ProcessMemory:
    """Memory of a Python process that has run `code`, with `arguments` in `sys.argv[1:]`, and does nothing else."""
    waiting = f"import sys\n{code}\nprint('ready', flush=True)\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", waiting, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        memory = process_memory(process.pid)
        process.stdin.close()
    return memory
