"""Family: a process and all that it has started, also what has since left its group, as some servers' workers do."""

import os
import signal
from contextlib import suppress
from pathlib import Path

Member = tuple[int, str]
"""A process by its number and its start, since numbers are given out anew."""


def descendants(pid: int) -> set[Member]:
    """What a process has started, and what that has; none where the system does not tell."""
    found: set[Member] = set()
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended meanwhile
            for child in map(int, listed.read_text("utf-8").split()):
                found |= {(child, _start(child))} | descendants(child)
    return found


def kill(pid: int, members: set[Member]) -> None:
    """Kill the group of a process, and those of its family that still run."""
    with suppress(ProcessLookupError):  # all of them are gone
        os.killpg(pid, signal.SIGKILL)
    for member, start in members:
        with suppress(OSError):
            if _start(member) == start:
                os.kill(member, signal.SIGKILL)


def _start(pid: int) -> str:
    """When a process began, in the system's ticks. Raises OSError where there is none."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
