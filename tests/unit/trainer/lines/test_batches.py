"""Batches of lines."""

import numpy as np

from trainer.lines.batches import WIDTH_STEP, LineBatches, augment_lines, pad_lines, padded_width
from trainer.lines.network import WIDTH_STRIDE
from trainer.lines.samples import LineSample

SAMPLES = [LineSample(np.full((28, width), 200, np.uint8), [width % 10] * (1 + width % 3)) for width in range(20, 120, 3)]


def test_every_line_is_in_one_batch():
    """With lines of similar width, and its symbols, their number and the steps as targets."""
    batches = LineBatches(SAMPLES, 4, seed=0, augment=False)
    symbols = []
    for index in range(len(batches)):
        images, targets = batches[index]
        assert images.shape[2] % WIDTH_STEP == 0
        assert images.dtype == np.float32
        assert len(images) == len(targets) <= 4
        assert (targets[:, -1] == images.shape[2] // WIDTH_STRIDE).all()
        symbols += [tuple(row[: row[-2]].tolist()) for row in targets]
        assert ((images > 0).any((1, 3)).sum(1) > images.shape[2] - WIDTH_STEP).all()
    assert sorted(symbols) == sorted(tuple(sample.symbols) for sample in SAMPLES)


def test_epochs_differ_and_can_be_repeated():
    """The order and the augmentation depend on seed and epoch."""
    first, again, second = (LineBatches(SAMPLES, 4, 0, augment=True, epoch=epoch) for epoch in (0, 0, 1))
    np.testing.assert_array_equal(first[2][0], again[2][0])
    assert [each.tolist() for each in first.batches] == [each.tolist() for each in again.batches]
    assert [each.tolist() for each in first.batches] != [each.tolist() for each in second.batches]


def test_augmentation_stays_in_range():
    """Lines keep their shape and their ink."""
    lines = pad_lines([sample.image for sample in SAMPLES[:5]] * 8, padded_width(40))
    augmented = augment_lines(lines, np.random.default_rng(0))
    assert augmented.shape == lines.shape
    assert augmented.dtype == np.float32
    assert 0 <= augmented.min() <= augmented.max() <= 1
    assert (augmented.sum((1, 2, 3)) > 0.4 * lines.sum((1, 2, 3))).all()
    assert (augmented != lines).any((1, 2, 3)).mean() > 0.5
