"""Process trees: a process and its descendants, including those that moved to another process group."""

import os
import signal
from contextlib import suppress
from pathlib import Path

ProcessKey = tuple[int, str]
"""Process ID and start time, because the system reuses process IDs."""


def children(pid: int) -> list[int]:
    """IDs of the child processes; [] if the process is gone or the system does not report them."""
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            found += map(int, listed.read_text("utf-8").split())
    return sorted(found)


def descendants(pid: int) -> set[ProcessKey]:
    """Children, grandchildren and so on."""
    found: set[ProcessKey] = set()
    for child in children(pid):
        with suppress(OSError):  # the process has ended
            found |= {(child, _start_time(child))} | descendants(child)
    return found


def kill_tree(pid: int, members: set[ProcessKey]) -> None:
    """Kill the process group of a process, and those of its descendants that still run."""
    with suppress(ProcessLookupError):  # all have ended
        os.killpg(pid, signal.SIGKILL)
    for member, started in members:
        with suppress(OSError):
            if _start_time(member) == started:
                os.kill(member, signal.SIGKILL)


def _start_time(pid: int) -> str:
    """Start time of a process in clock ticks. Raises OSError if there is no such process."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
