"""What numpy teaches, against Keras: the same steps, the same weights, the same answers."""

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


def network_of(kind: str, weights: list[np.ndarray]):
    """The fit's network of the same layers with a lesson's weights, float32."""
    network = build_network(recipe(LESSON_NETWORKS[kind].NETWORK), len(weights[-1]))
    network.model.set_weights([weight.copy() for weight in weights])
    return network


def crops_of(count: int) -> np.ndarray:
    """Crops, uint8 (count, 24, 24), half of them specks of all greys, half with blank areas and full ink."""
    rng = np.random.default_rng(7)
    crops = np.zeros((count, CROP_SIZE, CROP_SIZE), np.uint8)
    crops[::2] = rng.integers(0, 256, crops[::2].shape) * (rng.random(crops[::2].shape) > 0.5)
    for crop in crops[1::2]:
        top, left = rng.integers(2, 14, 2)
        crop[top : top + 8, left : left + rng.integers(2, 8)] = rng.choice([255, 130, 64])
    return crops


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_first_weights_fit_the_network(kind: str, labels: int):
    """In shape, and in spread: each kernel's standard deviation is that of Keras' own but for chance."""
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
def test_steps_are_those_of_keras(kind: str, labels: int):
    """After fifty steps of one sample each, losses and every weight agree to the rounding of float32."""
    rule, rng = LESSON_NETWORKS[kind], np.random.default_rng(1)
    weights = initialize_weights(kind, labels, seed=5)
    network = network_of(kind, weights)
    network.model.compile(optimizer=keras.optimizers.SGD(rule.LEARNING_RATE), loss=network.loss)
    for crop, target in zip(crops_of(50), rng.integers(0, labels, 50), strict=True):
        seen = rule.preprocess(crop)
        loss = network.model.train_on_batch(crop[None, ..., None] / np.float32(255), np.array([target]))
        assert rule.loss(weights, seen, target) == pytest.approx(float(loss), abs=1e-5)
        rule.train_step(weights, seen, target, rule.LEARNING_RATE)
    for ours, theirs in zip(weights, network.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-6)


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_answers_are_those_of_keras(kind: str, labels: int):
    """Within 1e-6, on a hundred crops; rows sum to 1."""
    rule, crops = LESSON_NETWORKS[kind], crops_of(100)
    weights = initialize_weights(kind, labels, seed=2)
    network = network_of(kind, weights)
    theirs = network.probabilities(network.model(crops[..., None].astype(np.float32) / 255))
    ours = np.stack([rule.predict(weights, rule.preprocess(crop)) for crop in crops])
    np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(theirs), atol=1e-6)
    np.testing.assert_allclose(ours.sum(1), 1, atol=1e-5)


def test_a_bit_is_set_from_a_quarter_of_ink_on():
    """Exactly there, as in the network's own layers: 1,020 of 4,080 grey levels set it, 1,019 do not."""
    rule = LESSON_NETWORKS["perceptron"]
    crop = np.zeros((CROP_SIZE, CROP_SIZE), np.uint8)
    crop[:2, :2] = 255
    assert rule.preprocess(crop).tolist() == [1] + [0] * 35
    crop[0, 0] = 254
    assert not rule.preprocess(crop).any()


@pytest.mark.parametrize(("kind", "labels"), TASKS)
def test_weights_come_back_as_they_were(kind: str, labels: int):
    """Packed and unpacked they are the same; bytes of another network are refused."""
    weights = initialize_weights(kind, labels, seed=11)
    for before, after in zip(weights, weights_from_bytes(weights_to_bytes(weights), kind, labels), strict=True):
        np.testing.assert_array_equal(before, after)
    with pytest.raises(ValueError, match="weights of"):
        weights_from_bytes(weights_to_bytes(weights)[:-4], kind, labels)


def test_a_lesson_sees_the_centre():
    """The crop is the middle one of an image, 2 pixels from every edge."""
    image = np.arange(784, dtype=np.int64).reshape(28, 28).astype(np.uint8)
    np.testing.assert_array_equal(center_crop(image), image[2:26, 2:26])
