"""Temperature scaling: the temperature found, and what it never changes."""

import numpy as np
import pytest
from keras import ops

from trainer.networks.network import build_network, has_temperature
from trainer.recipes import RECIPES, recipe
from trainer.runs.temperature_scaling import MAX_TEMPERATURE, MIN_TEMPERATURE, fit_temperature, softmax_at_temperature


def predictions(count: int, temperature: float, crops: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, float32 (count, crops, 5), that are calibrated at a temperature, and targets."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (count, 1, 5)).repeat(crops, 1)
    calibrated = softmax_at_temperature(logits, temperature)
    targets = (calibrated.cumsum(1) < rng.random((count, 1))).sum(1).clip(max=4)
    powers = np.exp(logits)
    return (powers / powers.sum(-1, keepdims=True)).astype(np.float32), targets


@pytest.mark.parametrize(("temperature", "crops"), [(0.5, 1), (1.0, 4), (1.7, 1), (3.0, 4)])
def test_the_true_temperature_is_found(temperature: float, crops: int):
    """For overconfident and underconfident networks, and for any number of equal crops."""
    assert fit_temperature(*predictions(20_000, temperature, crops)) == pytest.approx(temperature, rel=0.05)


def test_the_prior_bounds_the_temperature_without_mistakes():
    """The likelihood alone would choose the lowest temperature."""
    crops = np.full((30, 1, 2), [0.9, 0.1], np.float32)
    assert 1.5 * MIN_TEMPERATURE < fit_temperature(crops, np.zeros(30, np.int64)) < 1


def test_confident_mistakes_raise_the_temperature_up_to_the_maximum():
    """Also if a probability is exactly 0."""
    crops = np.tile(np.array([[[1, 0]]], np.float32), (1000, 1, 1))
    assert 2 < fit_temperature(crops, np.arange(1000) % 2) <= MAX_TEMPERATURE


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("temperature", [0.4, 2.5])
def test_a_temperature_changes_the_confidence_but_not_the_order(name: str, temperature: float):
    """A network without a softmax ignores it."""
    network, scaled = build_network(recipe(name), 10), build_network(recipe(name), 10, temperature)
    outputs = np.random.default_rng(1).uniform(0, 1, (200, 10)).astype(np.float32) * 6
    before, after = (ops.convert_to_numpy(each.probabilities(outputs)) for each in (network, scaled))
    assert (before.argsort(1) == after.argsort(1)).all()
    if has_temperature(recipe(name)):
        np.testing.assert_allclose(after.sum(1), 1, atol=1e-5)
        assert ((after.max(1) > before.max(1)) == (temperature < 1)).all()
    else:
        np.testing.assert_array_equal(before, after)
