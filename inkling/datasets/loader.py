"""Which reader a file, a folder or an upload is for: by what it is, not by what it says it is."""

from pathlib import Path

from inkling.datasets.dataset import LONGEST_LABEL, LabelledSet
from inkling.datasets.formats import idx, image_folder, image_zip, kaggle_csv, npz, stroke_jsonl, tfjs_sprite
from inkling.datasets.io import safe_zip
from inkling.datasets.io.bounded_gzip import GZIP, opened, read_at_most, read_file
from inkling.errors import BadData
from inkling.limits import Limits

PNG = b"\x89PNG\r\n\x1a\n"
_HEAD = 1 << 16  # bytes of a file that are looked at
_TEXT = 1 << 12  # and of what is unpacked from them

WANTED_FILE = (
    "an IDX images file (plain or .gz), .npz, .zip, label,pixel… CSV, .jsonl strokes, a sprite PNG, or a folder with a "
    "sub-folder a label"
)
WANTED_UPLOAD = "a .zip with a folder a label, .npz, label,pixel… CSV or .jsonl strokes"


def read_path(path: Path, limits: Limits) -> LabelledSet:
    """A labelled set from a file or folder of any format. Raises BadData or TooLarge."""
    if path.is_dir():
        return _read_folder(path, limits)
    kind = _kind(read_file(path, limits, most=_HEAD))
    if kind == "idx":
        return idx.read_files(path, limits)
    if kind == "png":
        return tfjs_sprite.read(path, limits)
    if kind is None:
        raise BadData(f"Expected {WANTED_FILE}. Received {path}, which is none of them.")
    return _read(kind, path if kind == "zip" else read_file(path, limits), path.name, limits)


def read_upload(name: str, data: bytes, limits: Limits) -> LabelledSet:
    """A labelled set from the bytes of a file, under the name that its sender gave it. Raises BadData or TooLarge."""
    kind = _kind(data)
    if kind == "idx":
        raise BadData("Expected IDX files as two parts, images and labels. Received one file.")
    if kind in (None, "png"):
        raise BadData(f"Expected {WANTED_UPLOAD}. Received {len(data):,} bytes that are none of them.")
    return _read(kind, data, _shown(name), limits)


def read_idx_pair(images: bytes, labels: bytes, name: str, limits: Limits) -> LabelledSet:
    """A labelled set from the bytes of two IDX files, plain or gzipped. Raises BadData or TooLarge."""
    return idx.read_pair(images, labels, _shown(name), limits)


def _read_folder(path: Path, limits: Limits) -> LabelledSet:
    try:
        if idx.image_files(path):
            return idx.read_folder(path, limits)
        if tfjs_sprite.find(path):
            return tfjs_sprite.read(path, limits)
    except OSError as error:
        raise BadData(f"Expected a folder that can be read. Received {path}: {error.strerror}.") from error
    return image_folder.read(path, limits)


def _read(kind: str, source: Path | bytes, name: str, limits: Limits) -> LabelledSet:
    if kind == "zip":
        with safe_zip.opened(source, limits) as packed:
            reader = npz if npz.is_npz(packed) else image_zip
    else:
        reader = {"csv": kaggle_csv, "jsonl": stroke_jsonl}[kind]
    return reader.read(source, name, limits)


def _kind(data: bytes) -> str | None:
    """idx, zip, png, jsonl, csv, or None for something else. A gzipped file is what is inside of it."""
    if not data:
        raise BadData("Expected a labelled set. Received an empty file.")
    if data.startswith(safe_zip.MAGICS):
        return "zip"
    if data.startswith(PNG):
        return "png"
    head = read_at_most(opened(data), _TEXT) if data.startswith(GZIP) else data[:_TEXT]
    if head.startswith(b"\0\0"):
        return "idx"
    text = head.removeprefix(kaggle_csv.BYTE_ORDER_MARK).lstrip()
    if text.startswith(b"{"):
        return "jsonl"
    return "csv" if b"," in text and b"\0" not in text else None


def _shown(name: str) -> str:
    """A sender's name for a file, fit for reports."""
    return "".join(character for character in name if character.isprintable()).strip()[:LONGEST_LABEL] or "upload"
