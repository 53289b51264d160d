"""The numpy implementation of lessons, compared with Keras."""

import keras
import numpy as np
import pytest

from trainer.lessons.registry import LESSON_NETWORKS, initialize_weights, weights_from_bytes, weights_to_bytes
from trainer.networks.bitmap import bitmap_to_text
from trainer.networks.network import build_network
from trainer.recipes import recipe

TASKS = [(kind, labels) for kind in LESSON_NETWORKS for labels in (2, 7, 40)]


def build_keras_network(kind: str, weights: list[np.ndarray]):
    """The Keras network of the same layers, with the given weights, float32."""
    network = build_network(recipe(LESSON_NETWORKS[kind].NETWORK), len(weights[-1]))
    network.model.set_weights([weight.copy() for weight in weights])
    return network


def make_images(count: int) -> np.ndarray:
    """Images, uint8 (count, 28, 28): noise, and rectangles on blank paper."""
    rng = np.random.default_rng(7)
    images = np.zeros((count, 28, 28), np.uint8)
    images[::2] = rng.integers(0, 256, images[::2].shape) * (rng.random(images[::2].shape) > 0.5)
    for image in images[1::2]:
        top, left = rng.integers(2, 18, 2)
        image[top : top + 8, left : left + rng.integers(2, 8)] = rng.choice([255, 130, 64])
    return images


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_initial_weights(kind: str, labels: int):
    """The shapes and standard deviations are those of Keras."""
    ours = initialize_weights(kind, labels, seed=3)
    keras.utils.set_random_seed(3)
    theirs = build_network(recipe(LESSON_NETWORKS[kind].NETWORK), labels).model.get_weights()
    assert [weight.shape for weight in ours] == [weight.shape for weight in theirs]
    for own, other in zip(ours, theirs, strict=True):
        assert own.dtype == np.float32
        assert bool(own.any()) == bool(other.any())
        if own.ndim > 1:
            assert own.std() == pytest.approx(other.std(), rel=0.1 + 3 / np.sqrt(own.size))


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_training_steps(kind: str, labels: int):
    """After fifty steps, losses and weights are equal up to float32 rounding."""
    rule, rng = LESSON_NETWORKS[kind], np.random.default_rng(1)
    weights = initialize_weights(kind, labels, seed=5)
    network = build_keras_network(kind, weights)
    network.model.compile(optimizer=keras.optimizers.SGD(rule.LEARNING_RATE), loss=network.loss)
    for image, target in zip(make_images(50), rng.integers(0, labels, 50), strict=True):
        seen = rule.preprocess(image)
        loss = network.model.train_on_batch(network.center_crops(image[None]), np.array([target]))
        assert rule.loss(weights, seen, target) == pytest.approx(float(loss), abs=1e-5)
        rule.train_step(weights, seen, target, rule.LEARNING_RATE)
    for ours, theirs in zip(weights, network.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-6)


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_predictions(kind: str, labels: int):
    """Equal within 1e-6 on a hundred images; those of a softmax sum to 1."""
    rule, images = LESSON_NETWORKS[kind], make_images(100)
    weights = initialize_weights(kind, labels, seed=2)
    network = build_keras_network(kind, weights)
    theirs = network.probabilities(network.model(network.center_crops(images)))
    ours = np.stack([rule.predict(weights, rule.preprocess(image)) for image in images])
    np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(theirs), atol=1e-6)
    if kind == "cnn":
        np.testing.assert_allclose(ours.sum(1), 1, atol=1e-5)


def test_the_bitmap_of_a_lesson():
    """A square fills all cells, wherever it is and whatever its size; of an L, the corner at the top right stays empty."""
    rule = LESSON_NETWORKS["perceptron"]
    image = np.zeros((28, 28), np.uint8)
    image[3:11, 15:23] = 128
    assert rule.preprocess(image).tolist() == [1] * 36
    image[3:8, 18:23] = 0
    assert bitmap_to_text(rule.to_bits(image)) == "110000" * 4 + "111111" * 2


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_weights_round_trip(kind: str, labels: int):
    """Bytes of another network are rejected."""
    weights = initialize_weights(kind, labels, seed=11)
    for before, after in zip(weights, weights_from_bytes(weights_to_bytes(weights), kind, labels), strict=True):
        np.testing.assert_array_equal(before, after)
    with pytest.raises(ValueError, match="weights"):
        weights_from_bytes(weights_to_bytes(weights)[:-4], kind, labels)
