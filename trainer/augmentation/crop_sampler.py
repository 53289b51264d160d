"""CropSampler: the first layer of a training model. It cuts and distorts the crops of images on the device.

All images are uploaded to the device once, as a variable; a step sends only indices. So a GPU never waits for images, and every
Keras backend augments in the same way. The sampler is not part of the network and is never exported.
"""

import keras
import numpy as np
from keras import ops

from trainer.augmentation.intensity import IntensityAugmentation
from trainer.augmentation.presets import Augmentation

PADDING = 4
"""Blank pixels stored around every image, so that a distorted crop can extend beyond it."""

MAX_SHIFT = 2
"""Pixels by which a full image, of which there is only one crop, is shifted in place of a random crop."""

ELASTIC_GRID = 4
"""Elastic distortion displaces a grid of this many points per side; pixels in between follow smoothly (Simard, Steinkraus,
Platt 2003)."""


class CropSampler(keras.layers.Layer):
    """Indices, int32 (n,) -> crops, float32 (n, size, size, 1), 0 = paper, 1 = ink.

    In training: a random crop, distorted, or the full image, shifted and distorted. Otherwise: the center crop. An image can
    have variants: `variants`, uint8 (m, 28, 28), are the variants of all images, and `variant_spans`, int (n, 2), holds the
    index of each image's first variant and the number of them. In training one of them or the image itself is drawn at random.
    """

    def __init__(
        self,
        images: np.ndarray,
        size: int,
        augmentation: Augmentation,
        seed: int,
        variants: np.ndarray | None = None,
        variant_spans: np.ndarray | None = None,
    ):
        super().__init__(name="sampler", dtype="float32", trainable=False)
        height, width = images.shape[1:]
        self.size, self.augmentation = size, augmentation
        self.margin = height - size
        self.stride = width + 2 * PADDING
        self.variant_spans = None
        if variants is not None and len(variants):
            spans = np.array(variant_spans, np.int32)
            spans[:, 0] += len(images)
            self.variant_spans = self._constant("variant_spans", spans)
            images = np.concatenate([images, variants])
        padded = np.pad(images, ((0, 0), (PADDING, PADDING), (PADDING, PADDING)))
        self.area = padded[0].size
        self.pixels = self._constant("pixels", padded.reshape(-1))
        self.seeds = keras.random.SeedGenerator(seed)
        self.intensity = IntensityAugmentation(augmentation, self.seeds)

    def call(self, indices, training=False):
        """Cut the crops of the images at some indices."""
        indices = ops.cast(ops.reshape(indices, (-1,)), "int32")
        if training and self.variant_spans is not None:
            indices = self._draw_variants(indices)
        base = indices * self.area
        if not training:
            return self._cut(base, random=False)
        crops = self._distort(base) if self.augmentation.is_geometric else self._cut(base, random=self.augmentation.window)
        return self.intensity(crops)

    @property
    def constants(self) -> list[keras.Variable]:
        """The variables that training doesn't change."""
        return [self.pixels] if self.variant_spans is None else [self.pixels, self.variant_spans]

    def _constant(self, name: str, values: np.ndarray) -> keras.Variable:
        return self.add_weight(
            shape=values.shape,
            dtype=str(values.dtype),
            initializer=lambda shape, dtype: ops.reshape(ops.convert_to_tensor(values, dtype), shape),
            trainable=False,
            name=name,
        )

    def _draw_variants(self, indices):
        begin, count = ops.split(ops.take(self.variant_spans, indices, axis=0), 2, axis=1)  # (n, 1) each
        begin, count = ops.reshape(begin, (-1,)), ops.reshape(count, (-1,))
        uniform = keras.random.uniform(ops.shape(indices), seed=self.seeds)
        choice = ops.cast(uniform * (ops.cast(count, "float32") + 1), "int32")  # 0 is the image itself
        return ops.where(choice > 0, begin + ops.minimum(choice, count) - 1, indices)

    def _uniform(self, shape, limit: float):
        return keras.random.uniform(shape, -limit, limit, seed=self.seeds)

    def _corners(self, count, random: bool):
        """Top and left of each crop in the padded image, int32 (n, 2)."""
        if not random:
            return ops.full((count, 2), PADDING + self.margin // 2, "int32")
        first, last = (0, self.margin) if self.margin else (-MAX_SHIFT, MAX_SHIFT)
        return PADDING + keras.random.randint((count, 2), first, last + 1, seed=self.seeds)

    def _cut(self, base, random: bool):
        corners = self._corners(ops.shape(base)[0], random)
        offsets = ops.arange(self.size, dtype="int32")
        rows = (corners[:, :1] + offsets) * self.stride  # (n, size)
        columns = corners[:, 1:] + offsets
        index = base[:, None, None] + rows[:, :, None] + columns[:, None, :]  # (n, size, size)
        return ops.cast(ops.take(self.pixels, index), "float32")[..., None] / 255

    def _distort(self, base):
        count = ops.shape(base)[0]
        corners = ops.cast(self._corners(count, self.augmentation.window), "float32")
        y, x = self._source_coordinates(count)  # (n, size, size), relative to the crop's corner
        last = self.stride - 1.001
        y = ops.clip(y + corners[:, :1, None], 0.0, last)
        x = ops.clip(x + corners[:, 1:, None], 0.0, last)
        top, left = ops.floor(y), ops.floor(x)
        down, right = y - top, x - left
        index = base[:, None, None] + ops.cast(top, "int32") * self.stride + ops.cast(left, "int32")

        def pixel(offset: int):
            return ops.cast(ops.take(self.pixels, index + offset), "float32")

        above = pixel(0) * (1 - right) + pixel(1) * right
        below = pixel(self.stride) * (1 - right) + pixel(self.stride + 1) * right
        return (above * (1 - down) + below * down)[..., None] / 255

    def _source_coordinates(self, count):
        """Source (y, x) of each pixel of each crop, float32 (n, size, size) each, in pixels from the crop's corner."""
        augmentation = self.augmentation
        middle = (self.size - 1) / 2
        offsets = ops.arange(self.size, dtype="float32") - middle
        down, across = offsets[None, :, None], offsets[None, None, :]
        angle = self._uniform((count, 1, 1), augmentation.rotation * np.pi / 180)
        height = 1 + self._uniform((count, 1, 1), augmentation.scale)
        width = 1 + self._uniform((count, 1, 1), augmentation.scale)
        shear = self._uniform((count, 1, 1), augmentation.shear)
        cosine, sine = ops.cos(angle), ops.sin(angle)
        y = (cosine * down - sine * across) * height
        x = (sine * down + cosine * across) * width + shear * down
        if augmentation.elastic:
            grid_shape = (2, count, ELASTIC_GRID, ELASTIC_GRID)
            grid = keras.random.normal(grid_shape, stddev=augmentation.elastic, seed=self.seeds)
            basis = ops.convert_to_tensor(displacement_basis(self.size))  # (size, grid)
            displacement = ops.einsum("ia,knab,jb->knij", basis, grid, basis)  # (2, n, grid, grid) -> (2, n, size, size)
            y, x = y + displacement[0], x + displacement[1]
        return y + middle, x + middle


def displacement_basis(size: int, grid: int = ELASTIC_GRID) -> np.ndarray:
    """Weight of each grid point in the displacement of each pixel of a row: float32 (size, grid).

    Gaussians as wide as the distance of the points, scaled so that a pixel's displacement has the variance of a point's.
    """
    points = np.linspace(0, size - 1, grid)
    weights = np.exp(-0.5 * ((np.arange(size)[:, None] - points) / (points[1] - points[0])) ** 2)
    return (weights / np.sqrt((weights**2).sum(1, keepdims=True))).astype(np.float32)
