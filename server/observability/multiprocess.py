"""Counts: the folder in which worker processes count for each other, so that /metrics is right whichever answers it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder. It must be set before prometheus_client is imported."""

MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 what is made in it has a name of its own, or none


def folder_in_memory() -> str | None:
    """For small files that are written all the time; None stands for the usual temporary folder."""
    return str(MEMORY_FOLDER) if os.access(MEMORY_FOLDER, os.W_OK) else None


@contextmanager
def counted_together() -> Iterator[None]:
    """Have all processes that are forked in the block count in one folder, which goes with the process that made it."""
    maker = os.getpid()
    folder = tempfile.mkdtemp(prefix="inkling-", dir=folder_in_memory())
    os.environ[METRICS_VARIABLE] = folder
    try:
        yield
    finally:
        if os.getpid() == maker:  # a worker that leaves comes by here, too
            del os.environ[METRICS_VARIABLE]
            shutil.rmtree(folder)
