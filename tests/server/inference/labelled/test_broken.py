"""Files that are broken, make no sense or mean harm: each is refused with a sentence, before memory is spent."""

import gzip
import io
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from server.inference.errors import BadData, InklingError, TooLarge
from server.inference.labelled.read import read_idx_pair, read_path, read_upload
from server.inference.limits import Limits
from tests.server.inference.labelled import writers
from tests.server.inference.labelled.writers import LIMITS, SMALL, csv, drawings, idx, jsonl, npz, seven, zipped

IMAGES, TARGETS = drawings(6), writers.labels(6)
NUMBERS = np.array(TARGETS, int)
TREE = writers.tree(IMAGES, TARGETS)
CSV = csv(IMAGES, TARGETS)
NAN = IMAGES / 255.0
NAN[3, 5, 5] = np.nan


def entry(name: str, data: bytes = b"x", **fields) -> bytes:
    """A zip file whose second entry has fields that zipfile would not write by itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("0/a.png", TREE["0/000.png"])
        info = zipfile.ZipInfo("placeholder")
        for key, value in fields.items():
            setattr(info, key, value)
        archive.writestr(info, data)
    return out.getvalue().replace(b"placeholder", name.encode().ljust(11, b"_")[:11])


def understated(size: int) -> bytes:
    """A zip file with a picture whose size is said to be less than it unpacks to."""
    data = zipped({"0/a.png": TREE["0/000.png"], "1/b.png": bytes(50_000)})
    return data.replace(struct.pack("<I", 50_000), struct.pack("<I", size))


def nameless() -> bytes:
    """A zip file with an entry whose name has no letters: its one letter is declared to be something extra."""
    data = bytearray(zipped({"n": b"x"}))
    for magic, name_length, extra_length in ((b"PK\x03\x04", 26, 28), (b"PK\x01\x02", 28, 30)):
        start = data.index(magic)
        data[start + name_length], data[start + extra_length] = 0, 1
    return bytes(data)


def npy(header: str, values: bytes = b"") -> bytes:
    """An array file with a header written by hand."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values


def arrays(x: bytes) -> bytes:
    """A .npz file whose x is given byte by byte."""
    return zipped({"x.npy": x, "y.npy": b""})


BAD = {
    "nothing": (b"", "empty file"),
    "noise": (b"\xff\xfe\x00\x01" * 50, "none of them"),
    "a picture": (TREE["0/000.png"], "none of them"),
    "one IDX file": (idx(IMAGES), "two parts"),
    "gzip that breaks off": (gzip.compress(CSV)[:-20], "breaks off"),
    "gzip with a wrong checksum": (gzip.compress(CSV)[:-8] + bytes(8), "damaged"),
    "zip that breaks off": (zipped(TREE)[:-30], "breaks off"),
    "zip with nothing in it": (zipped({}), "Received none"),
    "zip without pictures": (zipped({"0/a.txt": b"x"}), "Received none"),
    "zip with a damaged picture": (zipped(TREE | {"1/broken.png": TREE["0/000.png"][:90]}), "1/broken.png"),
    "zip with a picture that is none": (zipped(TREE | {"1/text.png": b"hello"}), "1/text.png"),
    "zip with another file in a label": (zipped(TREE | {"1/notes.txt": b"hello"}), "1/notes.txt"),
    "zip with a picture outside of labels": (zipped(TREE | {"a.png": TREE["0/000.png"]}), "a.png"),
    "zip with a picture too deep": (zipped(TREE | {"1/2/3/a.png": TREE["0/000.png"]}), "1/2/3/a.png"),
    "zip with blank pictures": (zipped({"0/a.png": writers.png(np.zeros((28, 28), np.uint8))}), "with ink"),
    "zip with a label of control codes": (zipped({"a\x07b/a.png": TREE["0/000.png"]}), "printable"),
    "zip with a long label": (zipped({"a" * 101 + "/a.png": TREE["0/000.png"]}), "100 printable"),
    "zip from the root": (entry("/etc/passwd"), "inside the zip"),
    "zip from a drive": (entry("C:/0/bb.png"), "inside the zip"),
    "zip that climbs out": (entry("0/../../b.p"), "inside the zip"),
    "zip with backslashes": (entry("0\\..\\b.png"), "inside the zip"),
    "zip with a zero byte in a name": (entry("0/b.png\0.tx"), "inside the zip"),
    "zip with an entry without a name": (nameless(), "inside the zip"),
    "zip with a link": (entry("0/link.png", external_attr=(stat.S_IFLNK | 0o777) << 16), "a link"),
    "zip with a device": (entry("0/dev.png", external_attr=(stat.S_IFCHR | 0o777) << 16), "a link or a device"),
    "zip packed by bzip2": (entry("0/b.png", bytes(5000), compress_type=zipfile.ZIP_BZIP2), "deflate"),
    "zip with a member larger than it says": (understated(100), "damaged"),
    "npz of other arrays": (npz(a=IMAGES), "x_train"),
    "npz of images without labels": (npz(x_train=IMAGES), "x_train"),
    "npz of fewer labels": (npz(x=IMAGES, y=NUMBERS[:5]), "6 in x and 5 in y"),
    "npz of objects": (npz(x=IMAGES, y=np.array([{}] * 6)), "never unpickled"),
    "npz of pickled pictures": (npz(x=np.array([b"a", 1], object), y=NUMBERS), "never unpickled"),
    "npz of records": (npz(x=IMAGES, y=np.zeros(6, [("a", "u1")])), "numbers or text"),
    "npz with NaN": (npz(x=NAN, y=NUMBERS), "NaN"),
    "npz with infinity": (npz(x=np.where(np.isnan(NAN), np.inf, NAN), y=NUMBERS), "inf"),
    "npz below 0": (npz(x=IMAGES / 127.5 - 1, y=NUMBERS), "-1"),
    "npz above 255": (npz(x=IMAGES.astype(int) * 2, y=NUMBERS), "510"),
    "npz of one image": (npz(x=IMAGES[0], y=NUMBERS), "(28, 28)"),
    "npz in four colours": (npz(x=np.repeat(IMAGES[..., None], 4, -1), y=NUMBERS), "(6, 28, 28, 4)"),
    "npz with labels as floats": (npz(x=IMAGES, y=NUMBERS / 1.0), "float64"),
    "npz with one-hot labels": (npz(x=IMAGES, y=np.eye(6)), "(6, 6)"),
    "npz of two sizes": (npz(x_train=IMAGES, y_train=NUMBERS, x_test=IMAGES[:, :20], y_test=NUMBERS), "one shape"),
    "npz of nothing": (npz(x=IMAGES[:0], y=NUMBERS[:0]), "empty set"),
    "npz of images without height": (npz(x=IMAGES[:, :0], y=NUMBERS), "1×1"),
    "npz with bytes that are no text": (npz(x=IMAGES, y=np.array([b"\xff"] * 6)), "as text"),
    "npz that is no array": (arrays(b"hello"), "header"),
    "npz with a header that is code": (arrays(npy("__import__('os').system('true')")), "header"),
    "npz with a shape that does not fit": (
        arrays(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999, 28, 28)}", b"1234")),
        "as many bytes",
    ),
    "npz with a negative shape": (arrays(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (-4, -1)}", b"1234")), "bytes"),
    "csv without images": (CSV.splitlines(True)[0], "empty set"),
    "csv whose pixels are no square": (b"label,a,b\n7,1,2\n", "Row 1: Expected a label and then a square"),
    "csv with a label only": (b"label,\n", "empty set"),
    "csv with a short row": (CSV + b"7,1,2\n", "Row 8: Expected 785 values, as in the first row. Received 3"),
    "csv with a missing pixel": (b"label,p\n7,\n", "Row 2, column 2: Expected a pixel. Received an empty cell"),
    "csv with NaN": (b"label,a,b,c,d\n7,1,2,nan,4\n", "Row 2, column 4: Expected a whole number in 0..255"),
    "csv with NaN in its first row": (b"7,1,2,nan,4\n", "Row 1, column 4"),
    "csv with a large value": (b"7,1,2,3,256\n", "Row 1, column 5"),
    "csv with a huge value": (b"7,1,2,3," + b"9" * 5000, "Row 1, column 5"),
    "csv with a negative value": (b"7,1,2,3,-1\n", "Row 1, column 5"),
    "csv with a fraction": (b"7,1,2,3,0.5\n", "Row 1, column 5"),
    "csv without a label": (b"label,a\n,5\n", "Row 2: Expected a label"),
    "csv with NaN for a label": (b"label,a\nNaN,5\n", "Row 2: Expected a label"),
    "csv with a label that is no text": (b"label,a\n\xff\xff,5\n", "Row 2: Expected a label in UTF-8"),
    "csv with another first column": (b"pixel0,label\n1,7\n", "Row 1, column 2"),
    "csv of one endless row": (b"7" + b",0" * 300_000, "at most 262,144"),
    "strokes that are no JSON": (b'{"label": "7", "strokes": [[[0, 0]]]\n', "Line 1: Expected a JSON object"),
    "strokes that are no object": (jsonl(seven()) + b"[1]\n", "Line 2: Expected a JSON object"),
    "strokes without strokes": (b'{"label": "7"}\n', 'with "label" and "strokes"'),
    "strokes without a label": (jsonl({"strokes": [[[0, 0]]]}), "Line 1: Expected a label"),
    "strokes with a list for a label": (jsonl(seven(label=[])), "Line 1: Expected a label"),
    "strokes with half a character": (b'{"label": "\\ud800", "strokes": [[[0, 0]]]}', "printable"),
    "strokes with a blank label": (jsonl(seven(label=" ")), "printable"),
    "strokes with text for a point": (jsonl(seven(strokes=[[["a", 1]]])), "Line 1: Expected every pen position"),
    "strokes with NaN": (b'{"label": "7", "strokes": [[[NaN, 0]]]}', "Line 1: Expected pen positions between"),
    "strokes far out": (b'{"label": "7", "strokes": [[[1e400, 0]]]}', "Line 1: Expected pen positions between"),
    "strokes nested without end": (b'{"label": "7", "strokes": ' + b"[" * 100_000, "Line 1"),
    "strokes with a writer in one line": (jsonl(seven(), seven(writer="anna")), "1 of 2"),
    "strokes with a number for a writer": (jsonl(seven(writer=3)), "writer as text"),
    "strokes of a pen that never touched": (jsonl(seven(strokes=[])), "with ink"),
}


@pytest.mark.parametrize("name", BAD)
def test_broken_upload(name: str) -> None:
    """A file that cannot be a set is refused with a sentence that tells what is wrong with it."""
    data, sentence = BAD[name]
    with pytest.raises(BadData) as refused:
        read_upload(name, data, LIMITS)
    assert sentence in str(refused.value)
    assert str(refused.value).isprintable()


LABELS = idx(NUMBERS)
BAD_PAIRS = {
    "nothing": (b"", LABELS, "begins with 0x."),
    "other bytes": (b"hello world", LABELS, "begins with 0x68656c6c"),
    "shorts": (b"\0\0\x0b\x03" + idx(IMAGES)[4:], LABELS, "unsigned bytes"),
    "labels for images": (LABELS, LABELS, "images (3 dimensions). Received one with 1"),
    "images for labels": (idx(IMAGES), idx(IMAGES), "labels (1 dimension). Received one with 3"),
    "a header that breaks off": (idx(IMAGES)[:10], LABELS, "in its header"),
    "images that break off": (idx(IMAGES)[:-1], LABELS, "only 4,703"),
    "more than the header says": (idx(IMAGES) + b"x", LABELS, "Received more"),
    "fewer labels": (idx(IMAGES), idx(NUMBERS[:5]), "6 pictures and 5 labels"),
    "no images": (idx(IMAGES[:0]), idx(NUMBERS[:0]), "empty set"),
    "images without height": (idx(IMAGES[:, :0]), LABELS, "1×1"),
    "blank images": (idx(IMAGES * 0), LABELS, "6 without any"),
    "gzip that breaks off": (gzip.compress(idx(IMAGES))[:200], LABELS, "breaks off"),
}


@pytest.mark.parametrize("name", BAD_PAIRS)
def test_broken_idx(name: str) -> None:
    """IDX files whose magic, sizes or counts do not fit are refused with a sentence."""
    images, targets, sentence = BAD_PAIRS[name]
    with pytest.raises(BadData) as refused:
        read_idx_pair(images, targets, name, LIMITS)
    assert sentence in str(refused.value)


def huge_idx(*shape: int) -> bytes:
    """The header of an IDX file, and nothing behind it."""
    return b"\0\0\x08\x03" + struct.pack(">3I", *shape)


ZEROS = bytes(64 << 20)
HUGE = {
    "gzip bomb": gzip.compress(b"7" + b",0" * (32 << 20), 9),
    "gzip bomb of strokes": gzip.compress(b"{" + ZEROS, 9),
    "gzip bomb of many parts": gzip.compress(b"7" + b",0" * (1 << 19)) * 64,
    "zip bomb": zipped({"0/a.png": ZEROS}),
    "zip bomb of many members": zipped({f"0/{index}.png": bytes(100_000) for index in range(11)}),
    "zip with too many entries": zipped({f"{index}/": b"" for index in range(1400)}),
    "npz bomb": npz(x=np.zeros((64, 1 << 20), np.uint8), y=NUMBERS),
    "npz of too many images": npz(x=np.zeros((101, 2, 2), np.uint8), y=np.zeros(101, int)),
    "npz of large pictures": npz(x=np.zeros((1, 201, 200), np.uint8), y=NUMBERS[:1]),
    "npz of long pictures": npz(x=np.zeros((1, 301, 2), np.uint8), y=NUMBERS[:1]),
    "zip of a picture beyond the limit": zipped({"0/a.png": writers.png(np.zeros((201, 200), np.uint8))}),
    "zip of pictures beyond the limit together": zipped(
        {f"0/{index}.png": writers.png(np.eye(190, dtype=np.uint8) * 255) for index in range(14)}
    ),
    "csv of too many images": csv(drawings(1)[:, :1, :1].repeat(101, 0), ["7"] * 101),
    "a line beyond the limit": jsonl(seven(strokes=[[[0, 0]] * 20_001])),
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_upload(name: str) -> None:
    """What declares or unpacks to more than the limits is refused, and memory stays near them."""
    data = HUGE[name]
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge) as refused:
            read_upload(name, data, SMALL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "at most" in str(refused.value)
    assert peak < 12 * SMALL.max_set_bytes


@pytest.mark.parametrize(
    "images",
    [
        huge_idx(101, 28, 28),
        huge_idx(2**32 - 1, 2**32 - 1, 2**32 - 1),
        huge_idx(1, 20_000, 1),
        huge_idx(100, 150, 150),
        gzip.compress(huge_idx(100, 190, 190) + ZEROS),
    ],
)
def test_huge_idx(images: bytes) -> None:
    """Sizes in an IDX header are checked before anything is read for them."""
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            read_idx_pair(images, LABELS, "huge", SMALL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * SMALL.max_set_bytes


def test_gzip_is_unpacked_as_far_as_the_header_says() -> None:
    """A gzipped IDX file with a bomb behind six images costs the memory of six images."""
    images = gzip.compress(idx(IMAGES) + ZEROS)
    tracemalloc.start()
    try:
        with pytest.raises(BadData, match="Received more"):
            read_idx_pair(images, LABELS, "bomb", LIMITS)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000


def test_encrypted_zip() -> None:
    """A zip file with a password is refused before anything is read."""
    data = bytearray(zipped(TREE))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    with pytest.raises(BadData, match="encrypted"):
        read_upload("secret", bytes(data), LIMITS)


def test_too_many_labels() -> None:
    """More labels than a confusion matrix has room for are refused."""
    images = drawings(12)
    with pytest.raises(BadData, match=r"at most 10 different labels\. Received 12"):
        read_upload("set", npz(x=images, y=np.arange(12)), Limits(max_labels=10))


def missing_labels(folder: Path) -> Path:
    """An images file alone."""
    place = writers.write_idx_pair(IMAGES, TARGETS, folder)
    place.with_name("train-labels-idx1-ubyte").unlink()
    return place


def two_sizes(folder: Path) -> Path:
    """A training and a test part that differ in size."""
    writers.write_idx_pair(IMAGES, TARGETS, folder, "train-")
    writers.write_idx_pair(IMAGES[:, 4:24, 4:24], TARGETS, folder, "t10k-")
    return folder


def swapped_labels(folder: Path) -> Path:
    """Parts whose labels are mixed up: together they are as many as the images."""
    writers.write_idx_pair(IMAGES, TARGETS, folder, "train-")
    writers.write_idx_pair(IMAGES[:4], TARGETS[:4], folder, "t10k-")
    train, test = folder / "train-labels-idx1-ubyte", folder / "t10k-labels-idx1-ubyte"
    train_labels = train.read_bytes()
    train.write_bytes(test.read_bytes())
    test.write_bytes(train_labels)
    return folder


def sprite_with(folder: Path, labels: bytes | None = None, images: np.ndarray = IMAGES) -> Path:
    """A sprite with other labels, or none."""
    place = writers.write_sprite(images, TARGETS, folder)
    path = folder / "mnist_labels_uint8"
    path.unlink() if labels is None else path.write_bytes(labels)
    return place


def cut(folder: Path) -> Path:
    """A sprite whose PNG breaks off."""
    place = writers.write_sprite(IMAGES, TARGETS, folder)
    place.write_bytes(place.read_bytes()[:-300])
    return place


BAD_PATHS = {
    "nothing there": (lambda folder: folder / "absent", "not there"),
    "an empty folder": (lambda folder: folder, "Received none"),
    "an empty file": (lambda folder: writers.write_tree({"a.npz": b""}, folder) / "a.npz", "empty file"),
    "IDX without labels": (missing_labels, "There is neither"),
    "IDX by its labels": (
        lambda folder: writers.write_idx_pair(IMAGES, TARGETS, folder).with_name("train-labels-idx1-ubyte"),
        "Received one with 1 dimensions",
    ),
    "IDX of two sizes": (two_sizes, "one size"),
    "IDX with mixed-up labels": (swapped_labels, "train-images"),
    "a sprite without labels": (sprite_with, "mnist_labels_uint8"),
    "a sprite of another width": (lambda folder: sprite_with(folder, bytes(18), IMAGES[:, 4:24]), "784 pixels wide"),
    "a sprite with too few labels": (lambda folder: sprite_with(folder, bytes(17)), "one row of one-hot bytes"),
    "a sprite with two labels a row": (lambda folder: sprite_with(folder, b"\1\1\0" * 6), "row 1"),
    "a sprite with a 3 for a label": (lambda folder: sprite_with(folder, b"\0\1\0" * 5 + b"\0\0\3"), "row 6"),
    "a sprite that breaks off": (cut, "whole PNG"),
    "a folder with a damaged picture": (
        lambda folder: writers.write_tree(TREE | {"2/broken.png": b"\x89PNG"}, folder),
        "2/broken.png",
    ),
}


@pytest.mark.parametrize("name", BAD_PATHS)
def test_broken_path(name: str, tmp_path: Path) -> None:
    """Files and folders that do not belong together are refused with a sentence that names the file or the reason."""
    make, sentence = BAD_PATHS[name]
    with pytest.raises(BadData) as refused:
        read_path(make(tmp_path), LIMITS)
    assert sentence in str(refused.value)


def test_sprite_beyond_the_limit(tmp_path: Path) -> None:
    """A sprite of more images than a set may have is refused by its header."""
    place = writers.write_sprite(IMAGES, TARGETS, tmp_path)
    with pytest.raises(TooLarge, match="at most 5 images"):
        read_path(place, Limits(max_set_images=5))


def test_file_beyond_the_limit(tmp_path: Path) -> None:
    """A file larger than a set may be is not read."""
    place = tmp_path / "set.csv"
    with place.open("wb") as file:
        file.write(b"7,0\n")
        file.truncate(1 << 40)
    with pytest.raises(TooLarge, match="at most"):
        read_path(place, LIMITS)


def test_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without permission is refused with its name. (Root may read all, so the refusal is played.)"""

    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(InklingError, match="Permission denied"):
        read_path(tmp_path, LIMITS)
