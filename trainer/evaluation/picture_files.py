"""The pictures that a command line names: files, folders, patterns and standard input."""

import glob
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from inkling.errors import InvalidInput

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
"""Of the files in a folder that are pictures."""

STANDARD_INPUT = "-"


def find_pictures(names: Sequence[str]) -> Iterator[str]:
    """Yield the files that names stand for, each once: files, all pictures in folders, patterns such as "*.png", and -.

    A name that stands for nothing is yielded too, so that reading it fails.
    """
    found: dict[str, None] = {}
    for name in names:
        found |= dict.fromkeys(_expand(name))
    yield from found


def read_picture(name: str) -> bytes:
    """Read a picture from a file or from standard input. Raises InvalidInput."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    path = Path(name)
    if path.is_dir():
        raise InvalidInput(f"There are no pictures ({', '.join(SUFFIXES)}) in this folder.")
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InvalidInput("This file doesn't exist.") from error
    except OSError as error:
        raise InvalidInput(f"Can't read this file: {error.strerror}.") from error


def _expand(name: str) -> list[str]:
    path = Path(name)
    if name != STANDARD_INPUT and path.is_dir():
        pictures = [str(each) for each in sorted(path.rglob("*")) if each.suffix.lower() in SUFFIXES and each.is_file()]
        return pictures or [name]
    if name == STANDARD_INPUT or path.exists():
        return [name]
    return sorted(glob.glob(name, recursive=True)) or [name]  # noqa: PTH207 — Path.glob takes no absolute pattern
