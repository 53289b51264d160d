"""File signatures: whether a file has changed, without reading it."""

import os
from pathlib import Path

FileSignature = tuple[int, ...]
"""Changes whenever a file is written or replaced: device, inode, size and modification time."""

NO_SIGNATURE: FileSignature = ()


def file_signatures(folder: Path) -> dict[str, FileSignature]:
    """The signatures of a folder's model files by file name, without hidden files. Raises OSError."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.name.endswith(".onnx") and not entry.name.startswith(".")]
    return {name: file_signature(folder / name) for name in names}


def file_signature(path: Path) -> FileSignature:
    """A file's signature, NO_SIGNATURE if it cannot be read."""
    try:
        status = path.stat()
    except OSError:
        return NO_SIGNATURE
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
