"""The folder in which worker processes share metrics, so that any of them can answer /metrics for all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MULTIPROC_DIR_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable with the folder. prometheus_client reads it when it is imported."""

MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 files created in it have random names


def memory_folder() -> str | None:
    """A folder in memory for small files that are written often; None, the default temporary folder, if there is none."""
    return str(MEMORY_FOLDER) if os.access(MEMORY_FOLDER, os.W_OK) else None


@contextmanager
def multiprocess_metrics() -> Iterator[None]:
    """Create the folder for processes forked in this block, and delete it in the process that created it."""
    creator = os.getpid()
    folder = tempfile.mkdtemp(prefix="inkling-", dir=memory_folder())
    os.environ[MULTIPROC_DIR_VARIABLE] = folder
    try:
        yield
    finally:
        if os.getpid() == creator:  # forked workers leave this block, too
            del os.environ[MULTIPROC_DIR_VARIABLE]
            shutil.rmtree(folder)
