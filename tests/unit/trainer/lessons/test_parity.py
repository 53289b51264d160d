"""The numpy implementation of lessons, compared with Keras."""

import keras
import numpy as np
import pytest

from trainer.lessons.registry import (
    CROP_SIZE,
    LESSON_NETWORKS,
    center_crop,
    initialize_weights,
    weights_from_bytes,
    weights_to_bytes,
)
from trainer.networks.network import build_network
from trainer.recipes import recipe

TASKS = [(kind, labels) for kind in LESSON_NETWORKS for labels in (2, 7, 40)]


def build_keras_network(kind: str, weights: list[np.ndarray]):
    """The Keras network of the same layers, with the given weights, float32."""
    network = build_network(recipe(LESSON_NETWORKS[kind].NETWORK), len(weights[-1]))
    network.model.set_weights([weight.copy() for weight in weights])
    return network


def make_crops(count: int) -> np.ndarray:
    """Crops, uint8 (count, 24, 24): noise, and rectangles on blank paper."""
    rng = np.random.default_rng(7)
    crops = np.zeros((count, CROP_SIZE, CROP_SIZE), np.uint8)
    crops[::2] = rng.integers(0, 256, crops[::2].shape) * (rng.random(crops[::2].shape) > 0.5)
    for crop in crops[1::2]:
        top, left = rng.integers(2, 14, 2)
        crop[top : top + 8, left : left + rng.integers(2, 8)] = rng.choice([255, 130, 64])
    return crops


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_initial_weights(kind: str, labels: int):
    """The shapes and standard deviations are those of Keras."""
    ours = initialize_weights(kind, labels, seed=3)
    keras.utils.set_random_seed(3)
    theirs = build_network(recipe(LESSON_NETWORKS[kind].NETWORK), labels).model.get_weights()
    assert [weight.shape for weight in ours] == [weight.shape for weight in theirs]
    for own, other in zip(ours, theirs, strict=True):
        assert own.dtype == np.float32
        if own.ndim == 1:
            assert not own.any()
        else:
            assert own.std() == pytest.approx(other.std(), rel=0.1 + 3 / np.sqrt(own.size))


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_training_steps(kind: str, labels: int):
    """After fifty steps, losses and weights are equal up to float32 rounding."""
    rule, rng = LESSON_NETWORKS[kind], np.random.default_rng(1)
    weights = initialize_weights(kind, labels, seed=5)
    network = build_keras_network(kind, weights)
    network.model.compile(optimizer=keras.optimizers.SGD(rule.LEARNING_RATE), loss=network.loss)
    for crop, target in zip(make_crops(50), rng.integers(0, labels, 50), strict=True):
        seen = rule.preprocess(crop)
        loss = network.model.train_on_batch(crop[None, ..., None] / np.float32(255), np.array([target]))
        assert rule.loss(weights, seen, target) == pytest.approx(float(loss), abs=1e-5)
        rule.train_step(weights, seen, target, rule.LEARNING_RATE)
    for ours, theirs in zip(weights, network.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-6)


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_predictions(kind: str, labels: int):
    """Equal within 1e-6 on a hundred crops; rows sum to 1."""
    rule, crops = LESSON_NETWORKS[kind], make_crops(100)
    weights = initialize_weights(kind, labels, seed=2)
    network = build_keras_network(kind, weights)
    theirs = network.probabilities(network.model(crops[..., None].astype(np.float32) / 255))
    ours = np.stack([rule.predict(weights, rule.preprocess(crop)) for crop in crops])
    np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(theirs), atol=1e-6)
    np.testing.assert_allclose(ours.sum(1), 1, atol=1e-5)


def test_the_threshold_of_the_bitmap():
    """At least 1,020 of 4,080 gray levels set a bit."""
    rule = LESSON_NETWORKS["perceptron"]
    crop = np.zeros((CROP_SIZE, CROP_SIZE), np.uint8)
    crop[:2, :2] = 255
    assert rule.preprocess(crop).tolist() == [1] + [0] * 35
    crop[0, 0] = 254
    assert not rule.preprocess(crop).any()


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_weights_round_trip(kind: str, labels: int):
    """Bytes of another network are rejected."""
    weights = initialize_weights(kind, labels, seed=11)
    for before, after in zip(weights, weights_from_bytes(weights_to_bytes(weights), kind, labels), strict=True):
        np.testing.assert_array_equal(before, after)
    with pytest.raises(ValueError, match="weights"):
        weights_from_bytes(weights_to_bytes(weights)[:-4], kind, labels)


def test_center_crop():
    """2 pixels from every edge."""
    image = np.arange(784, dtype=np.int64).reshape(28, 28).astype(np.uint8)
    np.testing.assert_array_equal(center_crop(image), image[2:26, 2:26])
