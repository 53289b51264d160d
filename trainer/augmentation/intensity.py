"""Tones: crops as another pen, another scanner or another light would have left them."""

import keras
from keras import ops

from trainer.augmentation.presets import Augmentation

SOFTEST = 1.0
"""Share of a blurred crop in the softest: as a picture of 16 pixels looks that was enlarged."""

THINNER, WIDER = 0.25, 0.15
"""Ink level, of 1, at which the edge of a stroke is cut, or to which it is lifted: about half a pixel of its width."""

STEEPEST = 3.0
"""Contrast of the hardest edges: those of a picture of one bit."""

PALEST = 0.75
"""Darkest ink of the palest crop."""

SPECKLE = 0.06
"""Standard deviation of the noise that is left of paper."""

NOISY = 0.3
"""Share of the changed crops that have noise."""

PATCH = 7
"""Longer side of what is missing, in pixels, at most."""


class Tones:
    """Changes crops, float32 (n, size, size, 1), 0 = paper, 1 = ink, each by chance; the shape and the range stay."""

    def __init__(self, how: Augmentation, seeds: keras.random.SeedGenerator):
        self.how, self.seeds = how, seeds

    def __call__(self, crops):
        """Change some of the crops, as the augmentation says."""
        if self.how.tones:
            crops = self._toned(crops)
        if self.how.occluded:
            crops = self._occluded(crops)
        return crops

    def _chance(self, count, least: float = 0.0, most: float = 1.0):
        return keras.random.uniform((count, 1, 1, 1), least, most, seed=self.seeds)

    def _toned(self, crops):
        """Blur, then cut at another level with another slope: softer or harder, wider or thinner, paler, noisier."""
        count = ops.shape(crops)[0]
        soft = crops + self._chance(count, 0.0, SOFTEST) * (blurred(blurred(crops)) - crops)
        slope = ops.exp(self._chance(count, 0.0, 1.0) * ops.log(STEEPEST))
        inked = ops.cast(soft > 0.02, "float32")
        toned = 0.5 + slope * (soft - 0.5 - self._chance(count, -WIDER, THINNER) * inked)
        toned = ops.clip(toned, 0.0, 1.0) * self._chance(count, PALEST, 1.0)
        noise = keras.random.normal(ops.shape(crops), seed=self.seeds) * self._chance(count, 0.0, SPECKLE)
        toned = ops.clip(toned + noise * ops.cast(self._chance(count) < NOISY, "float32"), 0.0, 1.0)
        return ops.where(self._chance(count) < self.how.tones, toned, crops)

    def _occluded(self, crops):
        """Blank out a rectangle (DeVries & Taylor 2017, "Cutout")."""
        count, size = ops.shape(crops)[0], crops.shape[1]
        line = ops.arange(size, dtype="float32")
        outside = []
        for shape in ((1, size, 1, 1), (1, 1, size, 1)):
            middle, half = self._chance(count, 0.0, float(size)), self._chance(count, 1.0, PATCH / 2)
            outside.append(ops.abs(ops.reshape(line, shape) - middle) > half)
        keep = ops.logical_or(ops.logical_or(outside[0], outside[1]), self._chance(count) >= self.how.occluded)
        return ops.where(keep, crops, 0.0)


def blurred(crops):
    """The mean of each pixel and its neighbours, weighted 1 2 1 in both directions; edges repeat."""
    for axis in (1, 2):
        before, after = _moved(crops, axis, -1), _moved(crops, axis, 1)
        crops = (before + 2 * crops + after) / 4
    return crops


def _moved(crops, axis: int, by: int):
    size = crops.shape[axis]
    first, rest, last = [slice(None)] * 4, [slice(None)] * 4, [slice(None)] * 4
    if by < 0:
        first[axis], rest[axis] = slice(0, 1), slice(0, size - 1)
        return ops.concatenate([crops[tuple(first)], crops[tuple(rest)]], axis)
    rest[axis], last[axis] = slice(1, size), slice(size - 1, size)
    return ops.concatenate([crops[tuple(rest)], crops[tuple(last)]], axis)
