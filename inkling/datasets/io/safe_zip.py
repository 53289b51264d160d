"""Reads zip files in memory, member by member, after checking everything that they declare."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from inkling.errors import InvalidDataset, TooLarge
from inkling.limits import Limits

ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
"""First bytes of a zip file with members, and of an empty one."""

_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENTRIES_PER_IMAGE = 3  # the picture, its twin in __MACOSX, and spare entries for folders and notes
_ABSOLUTE_PATH = re.compile("/|[A-Za-z]:")
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError, NotImplementedError)
_CHUNK = 1 << 20


@contextmanager
def open_zip(source: Path | bytes, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open a zip file and check its entries. Raises InvalidDataset or TooLarge."""
    with _open_stream(source) as file:
        _check_entry_count(file, limits)
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGED as error:
            raise InvalidDataset("The zip file is damaged or incomplete.") from error
        with archive:
            _check_members(archive.infolist(), limits)
            yield archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Read a member. Raises InvalidDataset if its size or checksum isn't the declared one."""
    try:
        with archive.open(member) as stream:  # decompresses at most the declared size and checks the CRC
            data = stream.read(member.file_size + 1)
    except _DAMAGED as error:
        raise InvalidDataset(f"{display_name(member)} in the zip file is damaged.") from error
    if len(data) != member.file_size:
        raise InvalidDataset(f"Expected {member.file_size:,} bytes in {display_name(member)}, got {len(data):,}.")
    return data


def display_name(member: zipfile.ZipInfo) -> str:
    """A member's name for use in a message: at most 80 printable characters."""
    return f"{member.filename:.80}" if member.filename.isprintable() else f"{member.filename!a:.80}"


def _open_stream(source: Path | bytes) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return source.open("rb")
    except OSError as error:
        raise InvalidDataset(f"Cannot read {source}: {error.strerror}.") from error


def _check_entry_count(file: BinaryIO, limits: Limits) -> None:
    """Count the entries before zipfile creates an object for each: half a kilobyte of memory for 46 bytes of file."""
    most = limits.max_dataset_images * _ENTRIES_PER_IMAGE + 1000
    count, tail = 0, b""
    while chunk := file.read(_CHUNK):
        count += (tail + chunk).count(_DIRECTORY_ENTRY)
        if count > most:
            raise TooLarge(f"The zip file has more than {most:,} entries.")
        tail = chunk[-3:]
    file.seek(0)


def _check_members(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(member.file_size for member in members)
    if total > limits.max_dataset_bytes:
        raise TooLarge(f"The zip file decompresses to {total:,} bytes. At most {limits.max_dataset_bytes:,} are allowed.")
    for member in members:
        _check_name(member)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise InvalidDataset(f"{display_name(member)} in the zip file is a link or a device. Only files are allowed.")
        if member.flag_bits & 0x1:
            raise InvalidDataset(f"{display_name(member)} in the zip file is encrypted. Remove the password.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InvalidDataset(f"{display_name(member)} uses an unsupported compression method. Use deflate.")


def _check_name(member: zipfile.ZipInfo) -> None:
    """Reject names that would lead out of the target folder if the file were extracted, although nothing is extracted here."""
    name = member.orig_filename
    if not name or _ABSOLUTE_PATH.match(name) or ".." in name.split("/") or "\\" in name or "\0" in name:
        raise InvalidDataset(f"The zip file contains an unsafe path: {name!a:.80}. Use relative paths with / separators.")
