"""Picks the reader for a file, a folder or an upload by its content, not by its name."""

from pathlib import Path

from inkling.datasets.dataset import MAX_LABEL_LENGTH, Dataset
from inkling.datasets.formats import idx, image_folder, image_zip, kaggle_csv, npz, stroke_jsonl, tfjs_sprite
from inkling.datasets.io import safe_zip
from inkling.datasets.io.bounded_gzip import GZIP_MAGIC, open_stream, read_at_most, read_file
from inkling.errors import InvalidDataset
from inkling.limits import Limits

PNG = b"\x89PNG\r\n\x1a\n"
_HEAD_BYTES = 1 << 16  # of a file, to detect its format
_TEXT_BYTES = 1 << 12  # of its decompressed content

SUPPORTED_FILES = (
    "an IDX images file (plain or .gz), .npz, .zip, a CSV file with label,pixel… rows, pen strokes as .jsonl, "
    "a TensorFlow.js sprite PNG, or a folder with one sub-folder per label"
)
SUPPORTED_UPLOADS = "a .zip with one folder per label, .npz, a CSV file with label,pixel… rows, or pen strokes as .jsonl"


def load_path(path: Path, limits: Limits) -> Dataset:
    """Load a dataset from a file or folder of any supported format. Raises InvalidDataset or TooLarge."""
    if path.is_dir():
        return _load_folder(path, limits)
    kind = _detect_format(read_file(path, limits, most=_HEAD_BYTES))
    if kind == "idx":
        return idx.read_files(path, limits)
    if kind == "png":
        return tfjs_sprite.read(path, limits)
    if kind is None:
        raise InvalidDataset(f"Cannot detect the format of {path}. Supported: {SUPPORTED_FILES}.")
    if kind == "zip":
        return _load_zip(path, path.name, limits)
    return _load_text(kind, read_file(path, limits), path.name, limits)


def load_upload(name: str, data: bytes, limits: Limits) -> Dataset:
    """Load a dataset from the content of an uploaded file with the given name. Raises InvalidDataset or TooLarge."""
    kind = _detect_format(data)
    if kind == "idx":
        raise InvalidDataset("IDX files need two parts: images and labels. Only one file was sent.")
    if kind is None or kind == "png":
        raise InvalidDataset(f"Cannot detect the format of the upload ({len(data):,} bytes). Supported: {SUPPORTED_UPLOADS}.")
    if kind == "zip":
        return _load_zip(data, _display_name(name), limits)
    return _load_text(kind, data, _display_name(name), limits)


def load_idx_pair(images: bytes, labels: bytes, name: str, limits: Limits) -> Dataset:
    """Load a dataset from the content of two IDX files, plain or gzipped. Raises InvalidDataset or TooLarge."""
    return idx.read_pair(images, labels, _display_name(name), limits)


def _load_folder(path: Path, limits: Limits) -> Dataset:
    try:
        if idx.find_image_files(path):
            return idx.read_folder(path, limits)
        if tfjs_sprite.find_sprite(path):
            return tfjs_sprite.read(path, limits)
    except OSError as error:
        raise InvalidDataset(f"Cannot read the folder {path}: {error.strerror}.") from error
    return image_folder.read(path, limits)


def _load_zip(source: Path | bytes, name: str, limits: Limits) -> Dataset:
    with safe_zip.open_zip(source, limits) as archive:
        is_npz = npz.is_npz(archive)
    return npz.read(source, name, limits) if is_npz else image_zip.read(source, name, limits)


def _load_text(kind: str, data: bytes, name: str, limits: Limits) -> Dataset:
    return kaggle_csv.read(data, name, limits) if kind == "csv" else stroke_jsonl.read(data, name, limits)


def _detect_format(data: bytes) -> str | None:
    """Return "idx", "zip", "png", "jsonl", "csv", or None if unknown. Gzipped files are judged by their content."""
    if not data:
        raise InvalidDataset("The file is empty.")
    if data.startswith(safe_zip.ZIP_MAGICS):
        return "zip"
    if data.startswith(PNG):
        return "png"
    head = read_at_most(open_stream(data), _TEXT_BYTES) if data.startswith(GZIP_MAGIC) else data[:_TEXT_BYTES]
    if head.startswith(b"\0\0"):
        return "idx"
    text = head.removeprefix(kaggle_csv.BYTE_ORDER_MARK).lstrip()
    if text.startswith(b"{"):
        return "jsonl"
    return "csv" if b"," in text and b"\0" not in text else None


def _display_name(name: str) -> str:
    """A client's file name without unprintable characters, to be shown in reports."""
    return "".join(character for character in name if character.isprintable()).strip()[:MAX_LABEL_LENGTH] or "upload"
