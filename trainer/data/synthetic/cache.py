"""Drawn: images that were made up once, kept in the user's cache folder, as drawing those of a fit takes five seconds.

A file holds the SHA-256 of what follows, then the images, uint8 (n, 28, 28). Its name tells all that decides them, our own code
and the libraries that draw among it: what was kept is never another than would be drawn now. It can be deleted at any time.
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

MOST_BYTES = 128 << 20
"""Of all files together; those that were not used for longest go. One seed's scribbles, faces and pairs take 5 MB."""

LIBRARIES = ("numpy", "pillow")

HOMES = (Path(__file__).parents[1], Path(inkling.imaging.__file__).parent)
"""Folders of the code that draws and normalises."""

HASH_BYTES = 32


def keep_drawn(name: str, told: Sequence[object], draw: Callable[[], np.ndarray]) -> np.ndarray:
    """Images, uint8 (n, 28, 28): what `draw` gives, or gave before. told: what decides them beside the code, as for JSON."""
    key = sha256(json.dumps([told, _code()]).encode()).hexdigest()
    place = cache_folder() / "drawn" / f"{name}-{key[:32]}"
    images = _read(place)
    if images is None:
        images = draw()
        with suppress(OSError):  # no room, or not ours to write into: it is drawn again the next time, and comes out the same
            _write(place, images)
    return images


@cache
def _code() -> list[str]:
    """What else decides an image: our code, the libraries that draw, and the kind of processor that computes for them."""
    digest = sha256()
    for home in HOMES:
        for path in sorted(home.rglob("*.py")):
            digest.update(f"{path.relative_to(home)}\0".encode() + path.read_bytes())
    return [digest.hexdigest(), *map(version, LIBRARIES), platform.machine()]


def _read(place: Path) -> np.ndarray | None:
    """The images of a file, None where there is none, or not a whole one."""
    try:
        kept = place.read_bytes()
        os.utime(place)
    except OSError:
        return None
    digest, pixels = kept[:HASH_BYTES], kept[HASH_BYTES:]
    if sha256(pixels).digest() != digest:
        return None
    return np.frombuffer(pixels, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE).copy()  # -> (n, 28, 28), ours to write


def _write(place: Path, images: np.ndarray) -> None:
    pixels = images.tobytes()
    place.parent.mkdir(parents=True, exist_ok=True)
    replace_file(place, lambda path: path.write_bytes(sha256(pixels).digest() + pixels))
    _make_room(place.parent)


def _make_room(folder: Path) -> None:
    """Delete files, the one that was used longest ago first, until the others keep to the bound."""
    found = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process makes room as well
            status = path.stat()
            found.append((status.st_mtime_ns, status.st_size, path))
    held = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if held <= MOST_BYTES:
            return
        path.unlink(missing_ok=True)
        held -= size
