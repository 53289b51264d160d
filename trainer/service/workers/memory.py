"""Memory use of processes, read from /proc: Linux only, 0 elsewhere."""

import os
from contextlib import suppress
from pathlib import Path

from inkling.limits import MIB

PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


def resident(pid: int) -> int:
    """Resident bytes of a process and its descendants, 0 if it has ended.

    A limit on the address space would not work, since TensorFlow reserves many times what it uses.
    """
    total = 0
    with suppress(OSError, ValueError, IndexError):  # the process may end meanwhile
        total = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_SIZE
        for thread in Path(f"/proc/{pid}/task").iterdir():
            total += sum(resident(int(child)) for child in (thread / "children").read_text().split())
    return total


def mebibytes(size: int) -> int:
    """Bytes in whole MiB."""
    return size // MIB
