"""Says which labels of colored pictures become hard to tell apart in gray."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from inkling.evaluation.metrics import wilson_interval

SIDE = 32
"""Pixels to which a picture is reduced: its mean color needs no more."""

MAX_SAMPLES = 20
"""Pictures of each label that are looked at."""

MIN_SAMPLES = 3
"""With fewer pictures of a label nothing is said about it."""

MAX_LABELS = 100
"""Labels that are compared with each other."""

MIN_COLOR_ACCURACY = 0.9
"""Fraction of a pair's pictures that the mean color must classify for the labels to differ in color."""

MAX_SHAPE_ACCURACY = 0.6
"""Labels look alike in gray unless the mean image classifies significantly more of a pair's pictures; chance is 0.5."""

MIN_DISTANCE = 0.02
"""Least distance of two mean colors, as a fraction of a channel's range: below it, they differ by compression and light."""


MAX_PIXELS = 1 << 22
"""Larger pictures count as gray: their colors would take too much memory."""

COLOR_MODES = ("RGB", "RGBA", "P", "PA", "CMYK", "YCbCr")


def mean_color(data: bytes) -> np.ndarray:
    """Return red minus green and blue minus green of a picture file that can be decoded, averaged, float64 (2,), in -1..1."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (SIDE, SIDE))
        if picture.mode not in COLOR_MODES or picture.width * picture.height > MAX_PIXELS:
            return np.zeros(2)
        flat = Image.new("RGBA", picture.size, "white")
        flat.alpha_composite(picture.convert("RGBA"))
    red, green, blue = np.asarray(flat.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)).mean((0, 1)) / 255
    return np.array([red - green, blue - green])


def describe_color_loss(labels: Sequence[str], colors: np.ndarray, images: np.ndarray) -> tuple[str, ...]:
    """Return a sentence if some labels differ mainly in color.

    labels: of n pictures, with `colors`, float (n, 2), and normalized gray `images`, uint8 (n, 28, 28). Two labels differ
    mainly in color if the nearest mean color tells their pictures apart and the nearest mean image does not.
    """
    targets = np.array(labels)
    names = [name for name in dict.fromkeys(labels) if (targets == name).sum() >= MIN_SAMPLES][:MAX_LABELS]
    found: set[str] = set()
    for index, first in enumerate(names):
        for second in names[index + 1 :]:
            members = (targets == first) | (targets == second)
            is_second = targets[members] == second
            pair_colors, pair_images = colors[members], images[members].reshape(members.sum(), -1) / 255.0
            distance = np.abs(pair_colors[is_second].mean(0) - pair_colors[~is_second].mean(0)).max()
            if (
                distance >= MIN_DISTANCE
                and _count_nearest(pair_colors, is_second) >= MIN_COLOR_ACCURACY * len(pair_colors)
                and wilson_interval(_count_nearest(pair_images, is_second), len(pair_images))[0] <= MAX_SHAPE_ACCURACY
            ):
                found |= {first, second}
    if not found:
        return ()
    shown = [name for name in names if name in found]
    listed = ", ".join(shown[:10]) + (", …" if len(shown) > 10 else "")
    return (f"The pictures were converted to gray, but {len(shown)} labels differ mainly in color: {listed}.",)


def _count_nearest(vectors: np.ndarray, is_second: np.ndarray) -> int:
    """Classify each vector, float (n, d), by the nearer mean of the two groups without it; return how many are correct."""
    distances = []
    for group in (~is_second, is_second):
        total, count = vectors[group].sum(0), group.sum()
        without = (total - vectors * group[:, None]) / (count - group)[:, None]
        distances.append(np.square(vectors - without).sum(1))
    return int(((distances[1] < distances[0]) == is_second).sum())
