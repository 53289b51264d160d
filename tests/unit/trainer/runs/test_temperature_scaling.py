"""Temperature: what it finds, and what it never changes."""

import numpy as np
import pytest
from keras import ops

from trainer.networks.network import build, has_temperature
from trainer.recipes import RECIPES, recipe
from trainer.runs.temperature_scaling import HIGHEST, LOWEST, at_temperature, fit_temperature


def answers(count: int, temperature: float, crops: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Answers, float32 (count, crops, 5), of a network that is right as often as it would be at a temperature; targets."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (count, 1, 5)).repeat(crops, 1)
    honest = at_temperature(logits, temperature)
    targets = (honest.cumsum(1) < rng.random((count, 1))).sum(1).clip(max=4)
    powers = np.exp(logits)
    return (powers / powers.sum(-1, keepdims=True)).astype(np.float32), targets


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.7, 3.0])
@pytest.mark.parametrize("crops", [1, 4])
def test_the_temperature_that_answers_were_made_with_is_found(temperature: float, crops: int):
    """Whether they are too sure or not sure enough, for equal crops as for one."""
    assert fit_temperature(*answers(20_000, temperature, crops)) == pytest.approx(temperature, rel=0.05)


def test_few_images_that_are_all_right_do_not_freeze_it():
    """The likelihood alone would take the coldest; what is known beforehand holds it."""
    crops = np.full((30, 1, 2), [0.9, 0.1], np.float32)
    assert 1.5 * LOWEST < fit_temperature(crops, np.zeros(30, np.int64)) < 1


def test_sure_mistakes_make_it_warm_but_not_without_end():
    """Also where a probability is exactly 0."""
    crops = np.tile(np.array([[[1, 0]]], np.float32), (1000, 1, 1))
    assert 2 < fit_temperature(crops, np.arange(1000) % 2) <= HIGHEST


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("temperature", [0.4, 2.5])
def test_a_temperature_changes_how_sure_a_crop_is_and_never_what_it_is_read_as(name: str, temperature: float):
    """Order is kept; a network without a softmax has no temperature."""
    network, cold = build(recipe(name), 10), build(recipe(name), 10, temperature)
    outputs = np.random.default_rng(1).uniform(0, 1, (200, 10)).astype(np.float32) * 6
    usual, other = (ops.convert_to_numpy(each.probabilities(outputs)) for each in (network, cold))
    assert (usual.argsort(1) == other.argsort(1)).all()
    np.testing.assert_allclose(other.sum(1), 1, atol=1e-5)
    if has_temperature(recipe(name)):
        assert ((other.max(1) > usual.max(1)) == (temperature < 1)).all()
    else:
        np.testing.assert_array_equal(usual, other)
