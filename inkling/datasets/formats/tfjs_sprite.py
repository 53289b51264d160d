"""The sprite of the TensorFlow.js MNIST tutorial: a PNG with one image per row, and a file of one-hot labels.

mnist_images.png is 784 pixels wide and 65,000 high; mnist_labels_uint8 contains 65,000 × 10 bytes, one 1 in every ten.
"""

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from inkling.datasets.dataset import Dataset, check_count
from inkling.datasets.io.bounded_gzip import read_file
from inkling.errors import InvalidDataset, TooLarge
from inkling.imaging.normalization import IMAGE_SIDE
from inkling.limits import Limits

WIDTH = IMAGE_SIDE * IMAGE_SIDE
TUTORIAL_IMAGES, TUTORIAL_TRAIN_IMAGES = 65_000, 55_000
"""The tutorial trains on the first 55,000 images and tests on the others. Other sprites have no test split."""


def read(path: Path, limits: Limits) -> Dataset:
    """Read a dataset from the sprite's PNG, or from a folder with one, and the labels file next to it."""
    picture = find_sprite(path) if path.is_dir() else path
    labels = picture and _find_labels(picture)
    if not picture or not labels:
        raise InvalidDataset(
            f"The labels of the sprite {path} are missing. Name the files like mnist_images.png and mnist_labels_uint8."
        )
    pixels = _pixels(read_file(picture, limits), picture.name, limits)
    targets = _targets(read_file(labels, limits), labels.name, len(pixels))
    in_test = np.arange(len(pixels)) >= TUTORIAL_TRAIN_IMAGES if len(pixels) == TUTORIAL_IMAGES else None
    return Dataset.from_pictures(picture.name, pixels, [str(target) for target in targets.tolist()], limits, in_test=in_test)


def find_sprite(folder: Path) -> Path | None:
    """Return the PNG in a folder that has a labels file next to it; None if there is none or more than one."""
    found = [path for path in sorted(folder.glob("*.png")) if _find_labels(path)]
    return found[0] if len(found) == 1 else None


def _find_labels(picture: Path) -> Path | None:
    stem = picture.stem
    stems = [stem.replace("images", "labels")] if "images" in stem else [f"{stem}_labels"]
    candidates = [picture.with_name(stem + ending) for stem in stems for ending in ("_uint8", "_uint8.bin", "", ".bin")]
    return next((path for path in candidates if path.is_file()), None)


def _pixels(data: bytes, name: str, limits: Limits) -> np.ndarray:
    """Return the rows as images, uint8 (n, 28, 28). A sprite is larger than any picture: the limits of a dataset apply."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the number of images is checked instead
        try:
            sprite = Image.open(io.BytesIO(data), formats=["PNG"])
            width, height = sprite.size
            if width != WIDTH:
                raise InvalidDataset(f"A sprite must be {WIDTH} pixels wide, one image per row. {name} has {width}×{height}.")
            check_count(height, limits)
            gray = np.asarray(sprite.convert("L"))
        except Image.DecompressionBombError as error:
            raise TooLarge(f"{name} is too large for Pillow to open.") from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise InvalidDataset(f"{name} is damaged or incomplete.") from error
    return gray.reshape(height, IMAGE_SIDE, IMAGE_SIDE)  # (n, 784) -> (n, 28, 28)


def _targets(data: bytes, name: str, count: int) -> np.ndarray:
    """Turn one-hot rows, n × k bytes, into class indices, int64 (n,)."""
    if len(data) == 0 or len(data) % count:
        raise InvalidDataset(f"{name} has {len(data):,} bytes, which isn't a multiple of the {count:,} images.")
    rows = np.frombuffer(data, np.uint8).reshape(count, -1)  # (n * k,) -> (n, k)
    invalid = np.flatnonzero((rows.sum(1, dtype=np.int64) != 1) | (rows.max(1) != 1))
    if len(invalid):
        raise InvalidDataset(f"Row {invalid[0] + 1:,} of {name} isn't one-hot: exactly one byte must be 1 and all others 0.")
    targets: np.ndarray = rows.argmax(1)
    return targets
