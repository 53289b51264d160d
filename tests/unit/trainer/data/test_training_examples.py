"""Training examples: the images of an epoch, and accuracy without outliers."""

from dataclasses import replace

import numpy as np
import pytest

from inkling.datasets.dataset import Dataset
from tests.support.dataset_files import drawings
from trainer.data.split import Split
from trainer.data.training_examples import TrainingExamples
from trainer.training.metrics import Accuracy

IMAGES = drawings(80)


def dataset(first: int, size: int, labels: str = "12") -> Dataset:
    """Some of the images with alternating labels."""
    return Dataset("set", IMAGES[first : first + size], tuple(labels), np.arange(size) % len(labels))


LABELED = Split(dataset(0, 30), dataset(30, 8), dataset(38, 10))
WITH_OUTLIERS = replace(LABELED, outliers=Split(dataset(48, 7, "AB"), dataset(55, 5, "AB"), dataset(60, 5, "AB")))


def test_outliers_have_the_target_after_the_last_label():
    """The images are in four blocks; none is of the test set."""
    examples = TrainingExamples.from_split(WITH_OUTLIERS)
    assert examples.targets.tolist() == [*([0, 1] * 15), *([2] * 7), *([0, 1] * 4), *([2] * 5)]
    assert examples.images.tobytes() == IMAGES[[*range(30), *range(48, 55), *range(30, 38), *range(55, 60)]].tobytes()
    indices, targets = examples.validation
    assert indices.tolist() == list(range(37, 50))
    assert targets.tolist() == examples.targets[37:].tolist()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5])
def test_an_epoch_has_every_training_image_once_and_a_share_of_outliers(share: float):
    """If outliers are few they are repeated equally often; validation images never occur."""
    examples = TrainingExamples.from_split(WITH_OUTLIERS)
    order = examples.epoch_order(seed=3, epoch=1, stroke_repeats=1, outlier_share=share)
    counts = np.bincount(order, minlength=len(examples.images))
    assert counts[:30].tolist() == [1] * 30
    assert counts[37:].sum() == 0
    assert np.ptp(counts[30:37]) <= 1
    assert counts[30:37].sum() / len(order) == pytest.approx(share, abs=0.02)
    assert len(order) == sum(examples.epoch_size(stroke_repeats=1, outlier_share=share))


def test_seed_and_epoch_determine_the_order():
    """Another epoch has another order, and outliers are spread over it."""
    examples = TrainingExamples.from_split(WITH_OUTLIERS)
    first, again, later = (examples.epoch_order(0, epoch, 1, 0.2) for epoch in (4, 4, 5))
    assert first.tolist() == again.tolist() != later.tolist()
    assert (np.flatnonzero(first >= 30) < 30).any()


def test_without_outliers_the_order_is_a_permutation_of_the_training_images():
    """The outlier share has no effect."""
    examples = TrainingExamples.from_split(LABELED)
    assert examples.epoch_order(7, 2, 1, 0.4).tolist() == np.random.default_rng([7, 2]).permutation(30).tolist()
    assert examples.validation[1].tolist() == [0, 1] * 4


def test_images_with_strokes_are_repeated():
    """Outliers keep their share of the longer epoch; validation has each image once."""
    strokes = tuple([np.zeros((2, 2))] if index % 3 == 0 else None for index in range(30))
    examples = TrainingExamples.from_split(replace(WITH_OUTLIERS, train=replace(LABELED.train, strokes=strokes)))
    order = examples.epoch_order(seed=0, epoch=0, stroke_repeats=4, outlier_share=0.2)
    counts = np.bincount(order, minlength=len(examples.images))
    assert counts[:30].tolist() == [4, 1, 1] * 10
    assert examples.epoch_size(stroke_repeats=4, outlier_share=0.2) == (60, 15)
    assert counts[30:37].sum() == 15
    assert len(examples.validation[0]) == 13


def test_accuracy_ignores_outliers():
    """In batches with any mixture of labels and outliers."""
    rng = np.random.default_rng(0)
    outputs, targets = rng.random((60, 3), np.float32), rng.integers(0, 4, 60)
    accuracy = Accuracy(3)
    for batch in (slice(0, 20), slice(20, 60)):
        accuracy.update_state(targets[batch], outputs[batch])
    has_label = targets < 3
    expected = (outputs.argmax(1) == targets)[has_label].mean()
    assert float(accuracy.result()) == pytest.approx(expected)
    accuracy.update_state(np.full(50, 3), rng.random((50, 3), np.float32))
    assert float(accuracy.result()) == pytest.approx(expected)
