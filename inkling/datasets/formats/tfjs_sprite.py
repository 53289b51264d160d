"""The sprite of the TensorFlow.js MNIST tutorial: a PNG with an image a row, and a file of one-hot labels.

mnist_images.png is 784 pixels wide and 65,000 high; mnist_labels_uint8 holds 65,000 × 10 bytes of which one in ten is 1.
"""

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from inkling.datasets.dataset import LabelledSet, check_count
from inkling.datasets.io.bounded_gzip import read_file
from inkling.errors import BadData, TooLarge
from inkling.imaging.normalization import IMAGE_SIDE
from inkling.limits import Limits

WIDTH = IMAGE_SIDE * IMAGE_SIDE
TUTORIAL_IMAGES, TUTORIAL_TRAINING = 65_000, 55_000
"""Of its 65,000 images the tutorial trains on the first 55,000 and tests on the rest. Other sprites name no test part."""


def read(path: Path, limits: Limits) -> LabelledSet:
    """A set from the sprite's PNG, or from a folder that holds one, with its labels beside it."""
    picture = find(path) if path.is_dir() else path
    labels = picture and _labels_file(picture)
    if not labels:
        raise BadData(f"Expected a sprite and its labels, as mnist_images.png and mnist_labels_uint8. Received {path} alone.")
    pixels = _pixels(read_file(picture, limits), picture.name, limits)
    targets = _targets(read_file(labels, limits), labels.name, len(pixels))
    in_test = np.arange(len(pixels)) >= TUTORIAL_TRAINING if len(pixels) == TUTORIAL_IMAGES else None
    return LabelledSet.of(picture.name, pixels, [str(target) for target in targets.tolist()], limits, in_test=in_test)


def find(folder: Path) -> Path | None:
    """The one PNG of a folder that has a labels file beside it, if there is one."""
    found = [path for path in sorted(folder.glob("*.png")) if _labels_file(path)]
    return found[0] if len(found) == 1 else None


def _labels_file(picture: Path) -> Path | None:
    stem = picture.stem
    stems = [stem.replace("images", "labels")] if "images" in stem else [f"{stem}_labels"]
    candidates = [picture.with_name(stem + ending) for stem in stems for ending in ("_uint8", "_uint8.bin", "", ".bin")]
    return next((path for path in candidates if path.is_file()), None)


def _pixels(data: bytes, name: str, limits: Limits) -> np.ndarray:
    """The sprite's rows as images, uint8 (n, 28, 28). Larger than any picture: its own bound is that of a set."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # checked here, by the number of images
        try:
            sprite = Image.open(io.BytesIO(data), formats=["PNG"])
            width, height = sprite.size
            if width != WIDTH:
                raise BadData(f"Expected a sprite {WIDTH} pixels wide, an image a row. Received {name} of {width}×{height}.")
            check_count(height, limits)
            grey = np.asarray(sprite.convert("L"))
        except Image.DecompressionBombError as error:
            raise TooLarge(f"Expected a sprite of fewer images. Received {name}, which is beyond what Pillow opens.") from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise BadData(f"Expected a whole PNG in {name}. Received one that breaks off or is damaged.") from error
    return grey.reshape(height, IMAGE_SIDE, IMAGE_SIDE)  # (n, 784) -> (n, 28, 28)


def _targets(data: bytes, name: str, count: int) -> np.ndarray:
    """One-hot bytes, n × k, -> which of the k is set, int64 (n,)."""
    if len(data) == 0 or len(data) % count:
        raise BadData(f"Expected one row of one-hot bytes for each of {count:,} images. Received {len(data):,} in {name}.")
    rows = np.frombuffer(data, np.uint8).reshape(count, -1)  # (n * k,) -> (n, k)
    wrong = np.flatnonzero((rows.sum(1, dtype=np.int64) != 1) | (rows.max(1) != 1))
    if len(wrong):
        raise BadData(f"Expected one 1 and else 0 in each row of {name}. Received something else in row {wrong[0] + 1:,}.")
    return rows.argmax(1)
