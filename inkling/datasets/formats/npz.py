"""NumPy's .npz in Keras' layout: x_train, y_train and optionally x_test, y_test; or x, y; or images, labels.

The arrays are parsed from their headers and bytes, so that no declared size is trusted and nothing can be unpickled.
"""

import io
import math
import zipfile
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from inkling.datasets.dataset import Dataset, check_count, check_size
from inkling.datasets.io import safe_zip
from inkling.errors import InvalidDataset, TooLarge
from inkling.imaging.grayscale import RGB_TO_GRAY
from inkling.limits import Limits

LAYOUTS = ((("x_train", "y_train"), ("x_test", "y_test")), (("x", "y"),), (("images", "labels"),))
"""Pairs of images and labels. The second pair of a layout is the test split and optional."""

_MAX_HEADER = 10_000  # characters, numpy's own limit
_BATCH = 4096  # images converted at a time, so that large float arrays aren't copied as a whole


def is_npz(archive: zipfile.ZipFile) -> bool:
    """Whether a zip file contains arrays."""
    return any(name.endswith(".npy") for name in archive.namelist())


def read(source: Path | bytes, name: str, limits: Limits) -> Dataset:
    """Read a dataset from a file, given as a path or as bytes.

    Images are integers in 0..255 or floats in 0..1 or 0..255, of shape (n, height, width), (n, height, width, 1) or, in color,
    (n, height, width, 3). Labels are integers or strings, (n,).
    """
    with safe_zip.open_zip(source, limits) as archive:
        members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
        pairs = _find_pairs(members)
        arrays = {key: _parse_array(archive, members[key], limits) for pair in pairs for key in pair}
    for images, labels in pairs:
        _check_pair(images, arrays[images], labels, arrays[labels], limits)
    check_count(sum(len(arrays[images]) for images, _ in pairs), limits)
    if len({arrays[images].shape[1:] for images, _ in pairs}) > 1:
        shapes = " and ".join(str(arrays[images].shape) for images, _ in pairs)
        raise InvalidDataset(f"All images must have one shape. Got {shapes}.")
    maximum = max(_check_range(images, arrays[images]) for images, _ in pairs)
    gray = [_to_gray(arrays.pop(images), maximum) for images, _ in pairs]
    pictures = np.concatenate(gray) if len(gray) > 1 else gray[0]
    names = [label for _, labels in pairs for label in _to_strings(labels, arrays[labels])]
    in_test = np.arange(len(pictures)) >= len(gray[0]) if len(pairs) > 1 else None
    return Dataset.from_pictures(name, pictures, names, limits, in_test=in_test)


def _find_pairs(members: dict[str, zipfile.ZipInfo]) -> list[tuple[str, str]]:
    for first, *others in LAYOUTS:
        if all(key in members for key in first):
            return [first, *(pair for pair in others if all(key in members for key in pair))]
    names = ", ".join(sorted(members))[:100]
    raise InvalidDataset(f"Expected arrays x_train, y_train, x_test, y_test, or x, y, or images, labels; got {names!a}.")


def _parse_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> np.ndarray:
    """Parse an array of numbers or strings whose size must match its header."""
    content = safe_zip.read_member(archive, member)  # no larger than the limits allow a zip file to declare
    data = io.BytesIO(content)
    name = safe_zip.display_name(member)
    try:
        version = npy.read_magic(data)
        read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, fortran_order, dtype = read_header(data, max_header_size=_MAX_HEADER)
    except KeyError as error:
        raise InvalidDataset(f"{name} has version {error} of the .npy format, which isn't supported. Save it again.") from error
    except Exception as error:  # ast, tokenize and numpy raise ValueError, TypeError, TokenError, RecursionError, …
        raise InvalidDataset(f"{name} isn't a valid .npy array: its header can't be parsed.") from error
    if dtype.hasobject:
        raise InvalidDataset(f"{name} contains Python objects, which are never unpickled. Save numbers or strings.")
    if dtype.kind not in "biufUS" or dtype.itemsize == 0:
        raise InvalidDataset(f"{name} has dtype {str(dtype)!a:.40}. Save numbers or strings.")
    values = memoryview(content)[data.tell() :]  # not a copy, which would double the memory
    if min(shape, default=1) < 0 or math.prod(shape) * dtype.itemsize != len(values):
        shown = f"its shape {shape!s:.60}" if max(shape, default=0) < 2**63 else "its shape"  # str() takes 4,300 digits
        raise InvalidDataset(f"{name} has {len(values):,} bytes, which don't match {shown}.")
    if len(shape) > 0 and shape[0] > limits.max_dataset_images:
        raise TooLarge(f"{name} has {shape[0]:,} images. At most {limits.max_dataset_images:,} are allowed.")
    return np.frombuffer(values, dtype).reshape(shape, order="F" if fortran_order else "C")


def _check_pair(images_key: str, images: np.ndarray, labels_key: str, labels: np.ndarray, limits: Limits) -> None:
    if images.ndim not in (3, 4) or images.shape[3:] not in ((), (1,), (3,)) or images.dtype.kind not in "biuf":
        raise InvalidDataset(
            f"{images_key} must be numbers of shape (n, height, width), (n, height, width, 1) or (n, height, width, 3). "
            f"Got {images.dtype} {images.shape!s:.60}."
        )
    check_size(images.shape[1], images.shape[2], limits)
    if labels.ndim != 1 or labels.dtype.kind not in "iuUS":
        raise InvalidDataset(f"{labels_key} must be integers or strings, (n,). Got {labels.dtype} {labels.shape!s:.60}.")
    if len(images) != len(labels):
        raise InvalidDataset(
            f"Expected one label per picture, got {len(images):,} in {images_key} and {len(labels):,} in {labels_key}."
        )


def _check_range(key: str, images: np.ndarray) -> float:
    """Return the largest value. Raises InvalidDataset if the values aren't gray levels."""
    if images.size == 0:
        return 0.0
    low, high = float(images.min()), float(images.max())  # both are NaN if any value is
    if not 0 <= low <= high <= 255:
        values = "NaN" if math.isnan(low) else f"values from {low:g} to {high:g}"
        raise InvalidDataset(f"{key} must be in 0..255, or floats in 0..1. Got {values}.")
    return high


def _to_gray(images: np.ndarray, maximum: float) -> np.ndarray:
    """Convert numbers (n, height, width[, channels]) to gray levels, uint8 (n, height, width)."""
    if images.ndim == 3 and images.dtype == np.uint8:
        return images
    scale = 255 if images.dtype.kind == "b" or (images.dtype.kind == "f" and maximum <= 1) else 1
    gray = np.empty(images.shape[:3], np.uint8)
    for start in range(0, len(images), _BATCH):
        batch = images[start : start + _BATCH].astype(np.float32)
        if batch.ndim == 4:  # (k, h, w, 1) or (k, h, w, 3) -> (k, h, w)
            batch = batch[..., 0] if batch.shape[3] == 1 else batch @ RGB_TO_GRAY
        gray[start : start + _BATCH] = batch * scale + 0.5
    return gray


def _to_strings(key: str, labels: np.ndarray) -> list[str]:
    """Convert labels to strings: integers in decimal, bytes as UTF-8."""
    try:
        return [label.decode() if isinstance(label, bytes) else str(label) for label in labels.tolist()]
    except ValueError as error:
        raise InvalidDataset(f"{key} contains bytes that aren't valid UTF-8.") from error
