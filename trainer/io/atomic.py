"""Files of ours: written whole or not at all, read whole or refused with a sentence."""

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from inkling.errors import BadInput


@contextmanager
def whole(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong in reading one of our own files into one sentence."""
    try:
        yield
    except FileNotFoundError as error:
        raise BadInput(f"Expected a run with {path.name}. Received {path.parent}, which has none.") from error
    except (OSError, EOFError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise BadInput(f"Expected a whole {path.name} in {path.parent}. Received one that is damaged.") from error


def replace_file(place: Path, writer: Callable[[Path], object]) -> None:
    """Let `writer` write a file beside its place, then rename it: whoever looks sees the old one or the new one, whole."""
    beside = place.with_name(f".writing-{os.getpid()}-{place.name}")
    try:
        writer(beside)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
