"""Intensity augmentation: crops with other pens, scanners or lighting, and erased rectangles (cutout)."""

import keras
from keras import ops

from trainer.augmentation.presets import Augmentation

MAX_BLUR = 1.0
"""Weight of the blurred crop in the softest result: like a picture of 16 pixels that was enlarged."""

MIN_BLUR = 0.1
"""Weight of the blurred crop in the sharpest result that is blurred only. The weight is the variance in pixels²."""

MAX_THINNING, MAX_THICKENING = 0.25, 0.15
"""Shift of the ink level, 0 to 1, at the edge of a stroke: about half a pixel of its width."""

MAX_CONTRAST = 3.0
"""Contrast factor of the hardest edges: those of a bilevel picture."""

MIN_INK = 0.75
"""Ink level of the palest crop."""

MAX_NOISE = 0.06
"""Standard deviation of the noise."""

NOISE_SHARE = 0.3
"""Fraction of the changed crops that get noise."""

MAX_CUTOUT_SIDE = 7
"""Longer side of the erased rectangle, in pixels."""


class IntensityAugmentation:
    """Changes random crops, float32 (n, size, size, 1), 0 = paper, 1 = ink; shape and range stay the same."""

    def __init__(self, augmentation: Augmentation, seeds: keras.random.SeedGenerator):
        self.augmentation, self.seeds = augmentation, seeds

    def __call__(self, crops):
        """Apply the augmentation."""
        if self.augmentation.intensity:
            crops = self._change_intensity(crops)
        if self.augmentation.blur:
            crops = self._blur(crops)
        if self.augmentation.cutout:
            crops = self._cutout(crops)
        return crops

    def _uniform(self, count, low: float = 0.0, high: float = 1.0):
        return keras.random.uniform((count, 1, 1, 1), low, high, seed=self.seeds)

    def _soften(self, crops, least: float):
        """Mix each crop with its blurred version, at a random weight from `least` to MAX_BLUR."""
        weight = self._uniform(ops.shape(crops)[0], least, MAX_BLUR)
        return crops + weight * (binomial_blur(binomial_blur(crops)) - crops)

    def _change_intensity(self, crops):
        """Blur, then apply a linear curve: softer or harder, thicker or thinner, paler, noisier."""
        count = ops.shape(crops)[0]
        soft = self._soften(crops, 0.0)
        contrast = ops.exp(self._uniform(count, 0.0, 1.0) * ops.log(MAX_CONTRAST))
        inked = ops.cast(soft > 0.02, "float32")
        changed = 0.5 + contrast * (soft - 0.5 - self._uniform(count, -MAX_THICKENING, MAX_THINNING) * inked)
        changed = ops.clip(changed, 0.0, 1.0) * self._uniform(count, MIN_INK, 1.0)
        noise = keras.random.normal(ops.shape(crops), seed=self.seeds) * self._uniform(count, 0.0, MAX_NOISE)
        changed = ops.clip(changed + noise * ops.cast(self._uniform(count) < NOISE_SHARE, "float32"), 0.0, 1.0)
        return ops.where(self._uniform(count) < self.augmentation.intensity, changed, crops)

    def _blur(self, crops):
        """Blur with a standard deviation of 0.3 to 1 pixel, without sharpening again; the darkest ink stays as dark."""
        count = ops.shape(crops)[0]
        soft = self._soften(crops, MIN_BLUR)
        darkest, darkest_soft = (ops.max(each, axis=(1, 2, 3), keepdims=True) for each in (crops, soft))
        soft = soft * darkest / ops.maximum(darkest_soft, 1e-3)
        return ops.where(self._uniform(count) < self.augmentation.blur, soft, crops)

    def _cutout(self, crops):
        """Erase a rectangle (DeVries & Taylor 2017, "Cutout")."""
        count, size = ops.shape(crops)[0], crops.shape[1]
        offsets = ops.arange(size, dtype="float32")
        outside = []
        for shape in ((1, size, 1, 1), (1, 1, size, 1)):
            middle, half = self._uniform(count, 0.0, float(size)), self._uniform(count, 1.0, MAX_CUTOUT_SIDE / 2)
            outside.append(ops.abs(ops.reshape(offsets, shape) - middle) > half)
        unchanged = ops.logical_or(ops.logical_or(outside[0], outside[1]), self._uniform(count) >= self.augmentation.cutout)
        return ops.where(unchanged, crops, 0.0)


def binomial_blur(crops):
    """Weight each pixel and its neighbors 1 2 1 in both directions; edges are repeated."""
    for axis in (1, 2):
        before, after = _shift(crops, axis, -1), _shift(crops, axis, 1)
        crops = (before + 2 * crops + after) / 4
    return crops


def _shift(crops, axis: int, by: int):
    size = crops.shape[axis]
    first, rest, last = [slice(None)] * 4, [slice(None)] * 4, [slice(None)] * 4
    if by < 0:
        first[axis], rest[axis] = slice(0, 1), slice(0, size - 1)
        return ops.concatenate([crops[tuple(first)], crops[tuple(rest)]], axis)
    rest[axis], last[axis] = slice(1, size), slice(size - 1, size)
    return ops.concatenate([crops[tuple(rest)], crops[tuple(last)]], axis)
