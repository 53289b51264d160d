"""Cache of synthetic images in the user's cache folder, since generating those of a fit takes five seconds.

A file holds a SHA-256 and the images it is of, uint8 (n, 28, 28). Its name is a hash of everything that determines the images,
including our code and the libraries' versions, so a cached file is never outdated. The files can be deleted at any time.
"""

import json
import os
import platform
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np

import inkling.imaging
from inkling.imaging.normalization import IMAGE_SIDE
from inkling.service.store.locations import cache_folder
from trainer.io.atomic import replace_file

FOLDER = "synthetic"

MAX_BYTES = 128 << 20
"""Total size above which the least recently used files are deleted. Scribbles, faces and pairs of one seed take 5 MB."""

LIBRARIES = ("numpy", "pillow")

CODE_FOLDERS = (Path(__file__).parents[1], Path(inkling.imaging.__file__).parent)
"""Folders of the code that draws and normalizes."""

HASH_BYTES = 32


def cached_images(kind: str, key: Sequence[object], generate: Callable[[], np.ndarray]) -> np.ndarray:
    """Return images, uint8 (n, 28, 28), from the cache, or generate and store them.

    key: everything besides the code that determines the images, JSON-serializable.
    """
    digest = sha256(json.dumps([key, _code_version()]).encode()).hexdigest()
    path = cache_folder() / FOLDER / f"{kind}-{digest[:32]}"
    images = _read(path)
    if images is None:
        images = generate()
        with suppress(OSError):  # disk full or read-only: they are generated again next time
            _write(path, images)
    return images


@cache
def _code_version() -> list[str]:
    """Return what else determines an image: a hash of our code, versions of the libraries, and the processor architecture."""
    digest = sha256()
    for folder in CODE_FOLDERS:
        for path in sorted(folder.rglob("*.py")):
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return [digest.hexdigest(), *map(version, LIBRARIES), platform.machine()]


def _read(path: Path) -> np.ndarray | None:
    """Read the images of a file; None if it is missing or damaged."""
    try:
        content = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    digest, pixels = content[:HASH_BYTES], content[HASH_BYTES:]
    if sha256(pixels).digest() != digest:
        return None
    return np.frombuffer(pixels, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE).copy()  # -> (n, 28, 28), writable


def _write(path: Path, images: np.ndarray) -> None:
    pixels = images.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, lambda temporary: temporary.write_bytes(sha256(pixels).digest() + pixels))
    _evict(path.parent)


def _evict(folder: Path) -> None:
    """Delete the least recently used files until the rest is within `MAX_BYTES`."""
    files = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # deleted by another process
            status = path.stat()
            files.append((status.st_mtime_ns, status.st_size, path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= MAX_BYTES:
            return
        path.unlink(missing_ok=True)
        total -= size
