"""Atomic writes, and clear errors for missing or damaged files."""

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from inkling.errors import InvalidInput


@contextmanager
def reading_file(path: Path) -> Iterator[None]:
    """Raise InvalidInput instead of any error that reading a missing or damaged file causes in the block."""
    try:
        yield
    except FileNotFoundError as error:
        raise InvalidInput(f"{path} doesn't exist.") from error
    except (OSError, EOFError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise InvalidInput(f"{path} is damaged.") from error


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` with a temporary path in the same folder, then rename that file to `path`: readers never see half a file."""
    temporary = path.with_name(f".writing-{os.getpid()}-{path.name}")
    try:
        write(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
