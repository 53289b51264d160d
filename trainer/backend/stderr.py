"""Holding back what native libraries print while they load."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

STDERR = 2


@contextmanager
def held_stderr() -> Iterator[None]:
    """Hold back whatever reaches the process' standard error; say it only if the block fails.

    TensorFlow's C++ notes about the processor are written while it is imported, before any setting can turn them off.
    """
    sys.stderr.flush()
    before = os.dup(STDERR)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), STDERR)
        try:
            yield
        except Exception:
            os.dup2(before, STDERR)
            held.seek(0)
            os.write(STDERR, held.read())
            raise
        finally:
            os.dup2(before, STDERR)
            os.close(before)
