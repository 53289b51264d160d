"""Bytes of files, plain or gzipped, of which no more is unpacked than is asked for."""

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO

from inkling.errors import BadData, TooLarge
from inkling.limits import Limits

GZIP = b"\x1f\x8b"
_STEP = 1 << 20  # bytes unpacked at a time, so that a short file costs little however much is allowed


def read_file(path: Path, limits: Limits, most: int = -1) -> bytes:
    """The bytes of a regular file, or its first `most`. Raises BadData where it cannot be read, TooLarge where it is."""
    try:
        if not path.is_file():
            raise BadData(f"Expected a file. Received {path}, which is {'none' if path.exists() else 'not there'}.")
        size = path.stat().st_size
        if size > limits.max_set_bytes:
            raise TooLarge(f"Expected at most {limits.max_set_bytes:,} bytes. Received {size:,} in {path.name}.")
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        raise BadData(f"Expected a file that can be read. Received {str(path)!a}: {error}.") from error


def opened(data: bytes) -> BinaryIO:
    """A stream of the bytes, unpacked if they are gzipped."""
    raw = io.BytesIO(data)
    return gzip.GzipFile(fileobj=raw) if data.startswith(GZIP) else raw


def read_at_most(stream: BinaryIO, most: int) -> bytes:
    """Read until the end or until `most` bytes. Raises BadData where a packed stream is damaged or breaks off."""
    parts, left = [], most
    try:
        while left and (part := stream.read(min(left, _STEP))):
            parts.append(part)
            left -= len(part)
    except (OSError, EOFError, zlib.error) as error:
        raise BadData("Expected a whole gzip file. Received one that breaks off or is damaged.") from error
    return b"".join(parts)


def plain(data: bytes, limits: Limits) -> bytes:
    """The bytes, unpacked if they are gzipped. Raises TooLarge for more than the limit, before more is unpacked."""
    if not data.startswith(GZIP):
        return data
    unpacked = read_at_most(opened(data), limits.max_set_bytes + 1)
    if len(unpacked) > limits.max_set_bytes:
        raise TooLarge(f"Expected at most {limits.max_set_bytes:,} bytes once unpacked. Received a gzip file that holds more.")
    return unpacked
