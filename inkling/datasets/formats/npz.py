"""NumPy's .npz in Keras' layout: x_train, y_train and, if there, x_test, y_test; or x, y; or images, labels.

The arrays are read from their headers and bytes, so that no size is trusted and nothing can be unpickled.
"""

import io
import math
import zipfile
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from inkling.datasets.dataset import LabelledSet, check_count, check_size
from inkling.datasets.io import safe_zip
from inkling.errors import BadData, TooLarge
from inkling.imaging.decoding import GREY_FROM_RGB
from inkling.limits import Limits

LAYOUTS = ((("x_train", "y_train"), ("x_test", "y_test")), (("x", "y"),), (("images", "labels"),))
"""Pairs of images and labels; where a layout has a second pair, it is the test part and may be missing."""

_LONGEST_HEADER = 10_000  # characters, numpy's own bound on what it parses
_STEP = 4096  # images converted at a time, so that large floats are not held twice


def is_npz(archive: zipfile.ZipFile) -> bool:
    """Whether a zip file holds arrays."""
    return any(name.endswith(".npy") for name in archive.namelist())


def read(source: Path | bytes, name: str, limits: Limits) -> LabelledSet:
    """A set from a file, or from its bytes. Images: uint8 or other whole numbers in 0..255, or floats in 0..1 or 0..255,
    (n, height, width), (n, height, width, 1) or, in colour, (n, height, width, 3). Labels: whole numbers or text, (n,).
    """
    with safe_zip.opened(source, limits) as archive:
        members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
        pairs = _pairs(members)
        raw = {key: _array(archive, members[key], limits) for pair in pairs for key in pair}
    for images, labels in pairs:
        _check_pair(images, raw[images], labels, raw[labels], limits)
    check_count(sum(len(raw[images]) for images, _ in pairs), limits)
    if len({raw[images].shape[1:] for images, _ in pairs}) > 1:
        raise BadData(f"Expected images of one shape. Received {' and '.join(str(raw[pair[0]].shape) for pair in pairs)}.")
    brightest = max(_largest(images, raw[images]) for images, _ in pairs)
    pixels = np.concatenate([_grey_bytes(raw[images], brightest) for images, _ in pairs])
    labels = [label for _, key in pairs for label in _strings(key, raw[key])]
    in_test = np.arange(len(pixels)) >= len(raw[pairs[0][0]]) if len(pairs) > 1 else None
    return LabelledSet.of(name, pixels, labels, limits, in_test=in_test)


def _pairs(members: dict[str, zipfile.ZipInfo]) -> list[tuple[str, str]]:
    for first, *others in LAYOUTS:
        if all(key in members for key in first):
            return [first, *(pair for pair in others if all(key in members for key in pair))]
    names = ", ".join(sorted(members))[:100]
    raise BadData(f"Expected arrays x_train, y_train, x_test, y_test, or x, y, or images, labels. Received {names!a}.")


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> np.ndarray:
    """An array whose header fits its bytes, of numbers or text."""
    data = io.BytesIO(safe_zip.read(archive, member))  # at most what the limits let the zip file declare
    shown = safe_zip.shown(member)
    try:
        version = npy.read_magic(data)
        read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, by_column, dtype = read_header(data, max_header_size=_LONGEST_HEADER)
    except KeyError as error:
        raise BadData(f"Expected arrays of numbers or text. Received {shown} in version {error} of the format.") from error
    except Exception as error:  # ast, tokenize and numpy raise ValueError, TypeError, TokenError, RecursionError, …
        raise BadData(f"Expected an array in {shown}. Received a header that cannot be read.") from error
    if dtype.hasobject:
        raise BadData(f"Expected arrays of numbers or text. Received Python objects in {shown}, which are never unpickled.")
    if dtype.kind not in "biufUS" or dtype.itemsize == 0:
        raise BadData(f"Expected arrays of numbers or text. Received {shown} of {str(dtype)!a:.40}.")
    values = data.read()
    if min(shape, default=1) < 0 or math.prod(shape) * dtype.itemsize != len(values):
        raise BadData(f"Expected as many bytes as the shape {shape!s:.60} of {shown} tells. Received {len(values):,}.")
    if len(shape) > 0 and shape[0] > limits.max_set_images:
        raise TooLarge(f"Expected at most {limits.max_set_images:,} images in a set. Received {shape[0]:,} in {shown}.")
    return np.frombuffer(values, dtype).reshape(shape, order="F" if by_column else "C")


def _check_pair(images_key: str, images: np.ndarray, labels_key: str, labels: np.ndarray, limits: Limits) -> None:
    colours = images.shape[3:]
    if images.ndim not in (3, 4) or colours not in ((), (1,), (3,)) or images.dtype.kind not in "biuf":
        raise BadData(
            f"Expected {images_key} as numbers (n, height, width), or with 1 or 3 colours behind. "
            f"Received {images.dtype} {images.shape!s:.60}."
        )
    check_size(images.shape[1], images.shape[2], limits)
    if labels.ndim != 1 or labels.dtype.kind not in "iuUS":
        raise BadData(f"Expected {labels_key} as whole numbers or text (n,). Received {labels.dtype} {labels.shape!s:.60}.")
    if len(images) != len(labels):
        raise BadData(
            f"Expected one label for each picture. Received {len(images):,} in {images_key} and {len(labels):,} "
            f"in {labels_key}."
        )


def _largest(key: str, images: np.ndarray) -> float:
    """The largest value. Raises BadData for values that are no grey levels."""
    if images.size == 0:
        return 0.0
    low, high = float(images.min()), float(images.max())  # NaN comes through both
    if not 0 <= low <= high <= 255:
        received = "NaN" if math.isnan(low) else f"values from {low:g} to {high:g}"
        raise BadData(f"Expected {key} in 0..255, or floats in 0..1. Received {received}.")
    return high


def _grey_bytes(images: np.ndarray, brightest: float) -> np.ndarray:
    """Numbers (n, height, width[, colours]) -> grey levels, uint8 (n, height, width)."""
    if images.ndim == 3 and images.dtype == np.uint8:
        return images
    scale = 255 if images.dtype.kind == "b" or (images.dtype.kind == "f" and brightest <= 1) else 1
    grey = np.empty(images.shape[:3], np.uint8)
    for start in range(0, len(images), _STEP):
        part = images[start : start + _STEP].astype(np.float32)
        if part.ndim == 4:  # (k, h, w, 1) or (k, h, w, 3) -> (k, h, w)
            part = part[..., 0] if part.shape[3] == 1 else part @ GREY_FROM_RGB
        grey[start : start + _STEP] = part * scale + 0.5
    return grey


def _strings(key: str, labels: np.ndarray) -> list[str]:
    """Labels as text: whole numbers in decimal, bytes as UTF-8."""
    try:
        return [label.decode() if isinstance(label, bytes) else str(label) for label in labels.tolist()]
    except ValueError as error:
        raise BadData(f"Expected {key} as text. Received bytes that are none.") from error
