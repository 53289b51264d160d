"""Examples: what an epoch goes through, and that outliers never count as read wrong."""

from dataclasses import replace

import numpy as np
import pytest

from inkling.datasets.dataset import LabelledSet
from tests.support.dataset_files import drawings
from trainer.data.split import Split
from trainer.training.examples import Examples
from trainer.training.metrics import Accuracy

ALL = drawings(80)


def a_set(first: int, size: int, labels: str = "12") -> LabelledSet:
    """Some of the drawings, their labels taking turns."""
    return LabelledSet("set", ALL[first : first + size], tuple(labels), np.arange(size) % len(labels))


LABELLED = Split(a_set(0, 30), a_set(30, 8), a_set(38, 10))
BOTH = replace(LABELLED, outliers=Split(a_set(48, 7, "AB"), a_set(55, 5, "AB"), a_set(60, 5, "AB")))


def test_outliers_have_the_target_after_the_last_label():
    """The images stand in four runs, and nothing of the test part is among them."""
    examples = Examples.of(BOTH)
    assert examples.targets.tolist() == [*([0, 1] * 15), *([2] * 7), *([0, 1] * 4), *([2] * 5)]
    assert examples.images.tobytes() == ALL[[*range(30), *range(48, 55), *range(30, 38), *range(55, 60)]].tobytes()
    positions, targets = examples.validation
    assert positions.tolist() == list(range(37, 50))
    assert targets.tolist() == examples.targets[37:].tolist()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5])
def test_an_epoch_has_every_training_image_once_and_the_share_of_outliers(share: float):
    """Few outliers come as often as need be, each as often as any other; none of validation ever comes."""
    examples = Examples.of(BOTH)
    order = examples.order(seed=3, epoch=1, passes=1, share=share)
    times = np.bincount(order, minlength=len(examples.images))
    assert times[:30].tolist() == [1] * 30
    assert times[37:].sum() == 0
    assert np.ptp(times[30:37]) <= 1
    assert times[30:37].sum() / len(order) == pytest.approx(share, abs=0.02)
    assert len(order) == sum(examples.an_epoch(passes=1, share=share))


def test_an_order_is_decided_by_seed_and_epoch():
    """Another epoch has another, and outliers come anywhere in it."""
    examples = Examples.of(BOTH)
    first, again, later = (examples.order(0, epoch, 1, 0.2) for epoch in (4, 4, 5))
    assert first.tolist() == again.tolist() != later.tolist()
    assert (np.flatnonzero(first >= 30) < 30).any()


def test_without_outliers_the_order_is_a_permutation_of_the_training_images():
    """The share is of nothing then."""
    examples = Examples.of(LABELLED)
    assert examples.order(7, 2, 1, 0.4).tolist() == np.random.default_rng([7, 2]).permutation(30).tolist()
    assert examples.validation[1].tolist() == [0, 1] * 4


def test_drawings_come_as_often_as_the_passes_say_and_pictures_once():
    """Outliers keep their share of the longer epoch; validation has each image once."""
    strokes = tuple([np.zeros((2, 2))] if place % 3 == 0 else None for place in range(30))
    examples = Examples.of(replace(BOTH, train=replace(LABELLED.train, strokes=strokes)))
    order = examples.order(seed=0, epoch=0, passes=4, share=0.2)
    times = np.bincount(order, minlength=len(examples.images))
    assert times[:30].tolist() == [4, 1, 1] * 10
    assert examples.an_epoch(passes=4, share=0.2) == (60, 15)
    assert times[30:37].sum() == 15
    assert len(examples.validation[0]) == 13


def test_outliers_are_not_in_the_accuracy():
    """It is the share of labelled examples that are read right, over batches of any mixture."""
    rng = np.random.default_rng(0)
    outputs, targets = rng.random((60, 3), np.float32), rng.integers(0, 4, 60)
    accuracy = Accuracy(3)
    for batch in (slice(0, 20), slice(20, 60)):
        accuracy.update_state(targets[batch], outputs[batch])
    labelled = targets < 3
    expected = (outputs.argmax(1) == targets)[labelled].mean()
    assert float(accuracy.result()) == pytest.approx(expected)
    accuracy.update_state(np.full(50, 3), rng.random((50, 3), np.float32))
    assert float(accuracy.result()) == pytest.approx(expected)
