"""Sampler: the first layer of a network in training. Positions in the data set in, crops out, cut and distorted on the device.

The images lie on the device once, as a variable; a step sends only its positions. So a GPU never waits for pictures, and
every backend of Keras augments alike. The sampler is not part of the network and is never exported.
"""

import keras
import numpy as np
from keras import ops

from trainer.augmentation.intensity import Tones
from trainer.augmentation.presets import Augmentation

BORDER = 4
"""Blank pixels stored around every image, so that a distorted window may look beyond it."""

BEND_GRID = 4
"""Elastic distortions move this many points a side; what lies between follows smoothly (Simard, Steinkraus, Platt 2003)."""


class Sampler(keras.layers.Layer):
    """int32 (n,) positions -> float32 (n, size, size, 1) crops, 0 = paper, 1 = ink.

    While training a random window of each image, distorted; otherwise its centre as it is. An image may have others to
    stand for it in training: `extra` are those, uint8 (m, 28, 28), and `extras` tells, int (n, 2), where each image's
    begin and how many it has; then each step takes one of them or the image itself, by chance.
    """

    def __init__(
        self,
        images: np.ndarray,
        size: int,
        augmentation: Augmentation,
        seed: int,
        extra: np.ndarray | None = None,
        extras: np.ndarray | None = None,
    ):
        super().__init__(name="sampler", dtype="float32", trainable=False)
        height, width = images.shape[1:]
        self.size, self.augmentation = size, augmentation
        self.room = height - size
        self.stride = width + 2 * BORDER
        self.extras = None
        if extra is not None and len(extra):
            extras = np.array(extras, np.int32)
            extras[:, 0] += len(images)
            self.extras = self._constant("extras", extras)
            images = np.concatenate([images, extra])
        padded = np.pad(images, ((0, 0), (BORDER, BORDER), (BORDER, BORDER)))
        self.area = padded[0].size
        self.pixels = self._constant("pixels", padded.reshape(-1))
        self.seeds = keras.random.SeedGenerator(seed)
        self.tones = Tones(augmentation, self.seeds)

    def call(self, positions, training=False):
        """Cut the crops of some images."""
        positions = ops.cast(ops.reshape(positions, (-1,)), "int32")
        if training and self.extras is not None:
            positions = self._stand_ins(positions)
        base = positions * self.area
        if not training:
            return self._windows(base, random=False)
        crops = self._distorted(base) if self.augmentation.distorts else self._windows(base, random=self.augmentation.window)
        return self.tones(crops)

    @property
    def constants(self) -> list[keras.Variable]:
        """The variables that no step changes."""
        return [self.pixels] if self.extras is None else [self.pixels, self.extras]

    def _constant(self, name: str, values: np.ndarray) -> keras.Variable:
        return self.add_weight(
            shape=values.shape,
            dtype=str(values.dtype),
            initializer=lambda shape, dtype: ops.reshape(ops.convert_to_tensor(values, dtype), shape),
            trainable=False,
            name=name,
        )

    def _stand_ins(self, positions):
        begin, count = ops.split(ops.take(self.extras, positions, axis=0), 2, axis=1)  # (n, 1) each
        begin, count = ops.reshape(begin, (-1,)), ops.reshape(count, (-1,))
        chance = keras.random.uniform(ops.shape(positions), seed=self.seeds)
        which = ops.cast(chance * (ops.cast(count, "float32") + 1), "int32")  # 0 is the image itself
        return ops.where(which > 0, begin + ops.minimum(which, count) - 1, positions)

    def _uniform(self, shape, extent: float):
        return keras.random.uniform(shape, -extent, extent, seed=self.seeds)

    def _corners(self, count, random: bool):
        """(n, 2) top and left of each window, in pixels of the stored image."""
        if not random:
            return ops.full((count, 2), BORDER + self.room // 2, "int32")
        return BORDER + keras.random.randint((count, 2), 0, self.room + 1, seed=self.seeds)

    def _windows(self, base, random: bool):
        corners = self._corners(ops.shape(base)[0], random)
        line = ops.arange(self.size, dtype="int32")
        rows = (corners[:, :1] + line) * self.stride  # (n, size)
        columns = corners[:, 1:] + line
        index = base[:, None, None] + rows[:, :, None] + columns[:, None, :]  # (n, size, size)
        return ops.cast(ops.take(self.pixels, index), "float32")[..., None] / 255

    def _distorted(self, base):
        count = ops.shape(base)[0]
        corners = ops.cast(self._corners(count, self.augmentation.window), "float32")
        y, x = self._sources(count)  # (n, size, size), relative to the window's corner
        most = self.stride - 1.001
        y = ops.clip(y + corners[:, :1, None], 0.0, most)
        x = ops.clip(x + corners[:, 1:, None], 0.0, most)
        top, left = ops.floor(y), ops.floor(x)
        down, right = y - top, x - left
        index = base[:, None, None] + ops.cast(top, "int32") * self.stride + ops.cast(left, "int32")

        def level(offset: int):
            return ops.cast(ops.take(self.pixels, index + offset), "float32")

        above = level(0) * (1 - right) + level(1) * right
        below = level(self.stride) * (1 - right) + level(self.stride + 1) * right
        return (above * (1 - down) + below * down)[..., None] / 255

    def _sources(self, count):
        """Where each pixel of each crop comes from, as (y, x), float32 (n, size, size), in pixels from the window's corner."""
        how = self.augmentation
        middle = (self.size - 1) / 2
        line = ops.arange(self.size, dtype="float32") - middle
        down, across = line[None, :, None], line[None, None, :]
        angle = self._uniform((count, 1, 1), how.rotation * np.pi / 180)
        tall = 1 + self._uniform((count, 1, 1), how.scale)
        wide = 1 + self._uniform((count, 1, 1), how.scale)
        shear = self._uniform((count, 1, 1), how.shear)
        cosine, sine = ops.cos(angle), ops.sin(angle)
        y = (cosine * down - sine * across) * tall
        x = (sine * down + cosine * across) * wide + shear * down
        if how.elastic:
            bend = keras.random.normal((2, count, BEND_GRID, BEND_GRID), stddev=how.elastic, seed=self.seeds)
            spread = ops.convert_to_tensor(spread_matrix(self.size))  # (size, grid)
            bend = ops.einsum("ia,knab,jb->knij", spread, bend, spread)  # (2, n, grid, grid) -> (2, n, size, size)
            y, x = y + bend[0], x + bend[1]
        return y + middle, x + middle


def spread_matrix(size: int, grid: int = BEND_GRID) -> np.ndarray:
    """How far each pixel of a line follows each point of the bending grid: float32 (size, grid), each column's peak 1.

    Gaussians as wide as the points lie apart, their weights scaled so that a pixel's variance is that of a point.
    """
    places = np.linspace(0, size - 1, grid)
    weights = np.exp(-0.5 * ((np.arange(size)[:, None] - places) / (places[1] - places[0])) ** 2)
    return (weights / np.sqrt((weights**2).sum(1, keepdims=True))).astype(np.float32)
