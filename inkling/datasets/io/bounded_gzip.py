"""Reads plain or gzipped data without decompressing more than requested."""

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from inkling.errors import InvalidDataset, TooLarge
from inkling.limits import Limits

GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20  # bytes per read, so that a short file costs little memory even if the limit is high


def read_file(path: Path, limits: Limits, most: int = -1) -> bytes:
    """Read a regular file, or its first `most` bytes. Raises InvalidDataset if that fails, TooLarge if the file is too big."""
    try:
        if not path.is_file():
            raise InvalidDataset(f"{path} isn't a file." if path.exists() else f"{path} doesn't exist.")
        size = path.stat().st_size
        if size > limits.max_dataset_bytes:
            raise TooLarge(f"{path.name} has {size:,} bytes. At most {limits.max_dataset_bytes:,} are allowed.")
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as error:  # ValueError: the name contains a zero byte
        raise InvalidDataset(f"Cannot read {str(path)!a}: {error}.") from error


def open_stream(data: bytes) -> BinaryIO:
    """Return a stream of the bytes, decompressed if they are gzipped."""
    raw = io.BytesIO(data)
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if data.startswith(GZIP_MAGIC) else raw


def read_at_most(stream: BinaryIO, most: int) -> bytes:
    """Read until the end or until `most` bytes. Raises InvalidDataset if gzipped data is damaged or truncated."""
    chunks, left = [], most
    try:
        while left and (chunk := stream.read(min(left, _CHUNK))):
            chunks.append(chunk)
            left -= len(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidDataset("The gzip file is damaged or incomplete.") from error
    return b"".join(chunks)


def decompress(data: bytes, limits: Limits) -> bytes:
    """Return the bytes, decompressed if they are gzipped. Raises TooLarge before more than the limit is decompressed."""
    if not data.startswith(GZIP_MAGIC):
        return data
    content = read_at_most(open_stream(data), limits.max_dataset_bytes + 1)
    if len(content) > limits.max_dataset_bytes:
        raise TooLarge(f"The gzip file decompresses to more than {limits.max_dataset_bytes:,} bytes.")
    return content
