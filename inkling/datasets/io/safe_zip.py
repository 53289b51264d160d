"""Zip files that are read in memory, member by member, after everything that they declare has been checked."""

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

from inkling.errors import BadData, TooLarge
from inkling.limits import Limits

MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
"""The first bytes of a zip file with members, and of one without."""

_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENTRIES_AN_IMAGE = 3  # the picture, its twin in __MACOSX, and room for folders and notes
_LEADS_OUT = re.compile("/|[A-Za-z]:")  # from the root, or from the root of a drive
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError, NotImplementedError)
_STEP = 1 << 20


@contextmanager
def opened(source: Path | bytes, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """A zip file whose entries have been checked. Raises BadData or TooLarge."""
    with _stream(source) as file:
        _check_entries(file, limits)
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGED as error:
            raise BadData("Expected a whole zip file. Received one that breaks off or is damaged.") from error
        with archive:
            _check_members(archive.infolist(), limits)
            yield archive


def read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member's bytes. Raises BadData where they are not those, and as many, as the zip file declares."""
    try:
        with archive.open(member) as stream:  # unpacks no more than is declared, and checks the CRC of that
            data = stream.read(member.file_size + 1)
    except _DAMAGED as error:
        raise BadData(f"Expected a whole zip file. Received one in which {shown(member)} is damaged.") from error
    if len(data) != member.file_size:
        raise BadData(f"Expected {member.file_size:,} bytes of {shown(member)}. Received {len(data):,}.")
    return data


def shown(member: zipfile.ZipInfo) -> str:
    """A member's name, fit for a sentence."""
    return f"{member.filename:.80}" if member.filename.isprintable() else f"{member.filename!a:.80}"


def _stream(source: Path | bytes) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return source.open("rb")
    except OSError as error:
        raise BadData(f"Expected a file that can be read. Received {source}: {error.strerror}.") from error


def _check_entries(file: BinaryIO, limits: Limits) -> None:
    """Count the entries before zipfile makes an object of each: half a kilobyte of memory for 46 bytes of file."""
    most = limits.max_set_images * _ENTRIES_AN_IMAGE + 1000
    count, tail = 0, b""
    while part := file.read(_STEP):
        count += (tail + part).count(_DIRECTORY_ENTRY)
        if count > most:
            raise TooLarge(f"Expected a zip file of at most {most:,} entries. Received one with more.")
        tail = part[-3:]
    file.seek(0)


def _check_members(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(member.file_size for member in members)
    if total > limits.max_set_bytes:
        raise TooLarge(f"Expected at most {limits.max_set_bytes:,} bytes once unpacked. Received a zip file of {total:,}.")
    for member in members:
        _check_name(member)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise BadData(f"Expected a zip file of files and folders. Received {shown(member)}, a link or a device.")
        if member.flag_bits & 0x1:
            raise BadData(f"Expected a zip file without a password. Received {shown(member)}, which is encrypted.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadData(f"Expected a zip file packed by deflate. Received {shown(member)}, packed in another way.")


def _check_name(member: zipfile.ZipInfo) -> None:
    """Refuse names that would lead out of a folder if somebody unpacked them, though nothing is unpacked here."""
    name = member.orig_filename
    if not name or _LEADS_OUT.match(name) or ".." in name.split("/") or "\\" in name or "\0" in name:
        raise BadData(f"Expected paths inside the zip file, with / between folders. Received {name!a:.80}.")
