"""Batches of lines of similar width, with random intensity, blur and position."""

from collections.abc import Sequence

import numpy as np

from inkling.recognition.line_image import LINE_SIDE
from trainer.lines.network import WIDTH_STRIDE
from trainer.lines.samples import LineSample

WIDTH_STEP = 32
"""Lines are padded to a multiple of this width: the training step is compiled once for each."""

MAX_SHIFT = 2
"""Pixels by which lines are shifted."""

BLUR_SHARE, INTENSITY_SHARE = 0.3, 0.5
MAX_NOISE = 0.05


class LineBatches:
    """The batches of an epoch: line images, float32 (n, 28, width, 1), and targets, int32 (n, m + 2): see `ctc_loss`."""

    def __init__(self, samples: Sequence[LineSample], batch_size: int, seed: int, augment: bool, epoch: int = 0):
        self.samples, self.batch_size, self.seed, self.augment = samples, batch_size, seed, augment
        self.widths = np.array([padded_width(sample.image.shape[1]) for sample in samples])
        self.symbols = max(len(sample.symbols) for sample in samples)
        self.epoch = epoch
        self.batches = self._group()

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.batches[index]
        rng = np.random.default_rng([self.seed, self.epoch, index])
        samples = [self.samples[each] for each in chosen]
        images = pad_lines([sample.image for sample in samples], int(self.widths[chosen].max()))
        if self.augment:
            images = augment_lines(images, rng)
        targets = np.zeros((len(samples), self.symbols + 2), np.int32)
        for row, sample in zip(targets, samples, strict=True):
            row[: len(sample.symbols)] = sample.symbols
            row[-2] = len(sample.symbols)
        targets[:, -1] = images.shape[2] // WIDTH_STRIDE
        return images, targets

    def _group(self) -> list[np.ndarray]:
        rng = np.random.default_rng([self.seed, self.epoch])
        order = rng.permutation(len(self.samples))
        batches = []
        for width in np.unique(self.widths):
            members = order[self.widths[order] == width]
            batches += [members[first : first + self.batch_size] for first in range(0, len(members), self.batch_size)]
        return [batches[index] for index in rng.permutation(len(batches))]


def padded_width(width: int) -> int:
    """Round a width up to a multiple of `WIDTH_STEP`."""
    return -(-width // WIDTH_STEP) * WIDTH_STEP


def pad_lines(images: Sequence[np.ndarray], width: int) -> np.ndarray:
    """Pad line images, uint8 (28, any width), with paper at the right: float32 (n, 28, width, 1), 0 to 1."""
    lines = np.zeros((len(images), LINE_SIDE, width, 1), np.float32)
    for line, image in zip(lines, images, strict=True):
        line[:, : image.shape[1], 0] = image
    return lines / 255


def augment_lines(lines: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shift, blur, thicken or thin lines, float32 (n, 28, width, 1), and add noise."""
    count = len(lines)
    shifts = rng.integers(-MAX_SHIFT, MAX_SHIFT + 1, count)
    shifted = np.stack([np.roll(line, shift, 0) for line, shift in zip(lines, shifts, strict=True)])
    weight = np.where(rng.random(count) < BLUR_SHARE, rng.uniform(0.1, 1, count), 0).astype(np.float32)[:, None, None, None]
    if weight.any():
        shifted += weight * (_blur(shifted) - shifted)
    contrast = np.exp(rng.uniform(0, np.log(3), count)).astype(np.float32)[:, None, None, None]
    thinning = rng.uniform(-0.15, 0.25, count).astype(np.float32)[:, None, None, None]
    changed = np.clip(0.5 + contrast * (shifted - 0.5 - thinning * (shifted > 0.02)), 0, 1)
    changed *= rng.uniform(0.75, 1, count).astype(np.float32)[:, None, None, None]
    changed += rng.normal(0, 1, changed.shape).astype(np.float32) * rng.uniform(0, MAX_NOISE)
    is_changed = (rng.random(count) < INTENSITY_SHARE)[:, None, None, None]
    return np.where(is_changed, np.clip(changed, 0, 1), shifted).astype(np.float32)


def _blur(lines: np.ndarray) -> np.ndarray:
    for axis in (1, 2):
        for _ in range(2):
            lines = (np.roll(lines, 1, axis) + 2 * lines + np.roll(lines, -1, axis)) / 4
    return lines
