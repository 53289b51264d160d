"""Zip files that are damaged or malicious: rejected before any member is read."""

import io
import stat
import struct
import zipfile

import numpy as np
import pytest

from tests.support import dataset_files
from tests.support.dataset_files import assert_rejected, drawings, zipped

TREE = dataset_files.tree(drawings(6), dataset_files.labels(6))


def entry(name: str, data: bytes = b"x", **fields) -> bytes:
    """A zip file whose second entry has fields that zipfile wouldn't write by itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("0/a.png", TREE["0/000.png"])
        info = zipfile.ZipInfo("placeholder")
        for key, value in fields.items():
            setattr(info, key, value)
        archive.writestr(info, data)
    return out.getvalue().replace(b"placeholder", name.encode().ljust(11, b"_")[:11])


def understated(size: int) -> bytes:
    """A zip file with a picture whose declared size is too small."""
    data = zipped({"0/a.png": TREE["0/000.png"], "1/b.png": bytes(50_000)})
    return data.replace(struct.pack("<I", 50_000), struct.pack("<I", size))


def nameless() -> bytes:
    """A zip file with an empty entry name: its only character is declared to be an extra field."""
    data = bytearray(zipped({"n": b"x"}))
    for magic, name_length, extra_length in ((b"PK\x03\x04", 26, 28), (b"PK\x01\x02", 28, 30)):
        start = data.index(magic)
        data[start + name_length], data[start + extra_length] = 0, 1
    return bytes(data)


def encrypted() -> bytes:
    """A zip file whose first picture is flagged as encrypted."""
    data = bytearray(zipped(TREE))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    return bytes(data)


INVALID = {
    "zip that is truncated": (zipped(TREE)[:-30], ""),
    "empty zip": (zipped({}), ""),
    "zip without pictures": (zipped({"0/a.txt": b"x"}), ""),
    "zip with a damaged picture": (zipped(TREE | {"1/broken.png": TREE["0/000.png"][:90]}), "1/broken.png"),
    "zip with a picture that is text": (zipped(TREE | {"1/text.png": b"hello"}), "1/text.png"),
    "zip with another file in a label": (zipped(TREE | {"1/notes.txt": b"hello"}), "1/notes.txt"),
    "zip with a picture outside of labels": (zipped(TREE | {"a.png": TREE["0/000.png"]}), "a.png"),
    "zip with a picture too deep": (zipped(TREE | {"1/2/3/a.png": TREE["0/000.png"]}), "1/2/3/a.png"),
    "zip with blank pictures": (zipped({"0/a.png": dataset_files.png(np.zeros((28, 28), np.uint8))}), "1"),
    "zip with a label of control codes": (zipped({"a\x07b/a.png": TREE["0/000.png"]}), "a\\x07b"),
    "zip with a long label": (zipped({"a" * 101 + "/a.png": TREE["0/000.png"]}), "100"),
    "zip with an absolute path": (entry("/etc/passwd"), ""),
    "zip with a drive letter": (entry("C:/0/bb.png"), ""),
    "zip with a path to a parent folder": (entry("0/../../b.p"), ""),
    "zip with backslashes": (entry("0\\..\\b.png"), ""),
    "zip with a zero byte in a name": (entry("0/b.png\0.tx"), ""),
    "zip with an entry without a name": (nameless(), ""),
    "zip with a password": (encrypted(), "0/000.png"),
    "zip with a link": (entry("0/link.png", external_attr=(stat.S_IFLNK | 0o777) << 16), "0/link.png"),
    "zip with a device": (entry("0/dev.png", external_attr=(stat.S_IFCHR | 0o777) << 16), "0/dev.png"),
    "zip compressed with bzip2": (entry("0/b.png", bytes(5000), compress_type=zipfile.ZIP_BZIP2), "0/b.png"),
    "zip with a member larger than declared": (understated(100), "1/b.png"),
}


@pytest.mark.parametrize("name", INVALID)
def test_invalid_zip(name: str) -> None:
    """A zip file that isn't a dataset, or that would be dangerous to extract, raises InvalidDataset."""
    assert_rejected(*INVALID[name])
