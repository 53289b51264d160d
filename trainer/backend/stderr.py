"""Buffering of standard error while native libraries load."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

STDERR = 2


@contextmanager
def buffered_stderr() -> Iterator[None]:
    """Buffer what the process writes to standard error, including native code; print it only if the block raises.

    TensorFlow's C++ code logs notes about the processor during its import, before any setting can silence it.
    """
    sys.stderr.flush()
    original = os.dup(STDERR)
    with tempfile.TemporaryFile() as buffer:
        os.dup2(buffer.fileno(), STDERR)
        try:
            yield
        except Exception:
            os.dup2(original, STDERR)
            buffer.seek(0)
            os.write(STDERR, buffer.read())
            raise
        finally:
            os.dup2(original, STDERR)
            os.close(original)
