"""The running mean of weights."""

import keras
import numpy as np
import pytest

from trainer.training.ema import EVERY, Average


def network() -> keras.Model:
    """One neuron."""
    inputs = keras.Input((1,))
    return keras.Model(inputs, keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(inputs))


def walk(average: Average, values: list[float]) -> None:
    """A step for each value, which the weight then has; only every eighth is looked at."""
    for step, value in enumerate(values):
        average.network.set_weights([np.array([[value]], np.float32)])
        average.set_model(average.network)
        average.on_train_batch_end(step)


def test_before_the_first_look_the_weights_themselves_count():
    """A fit of three steps keeps what it has learnt."""
    average = Average(network(), horizon=100)
    walk(average, [1.0, 2.0, 3.0])
    assert average.weights()[0].item() == 3.0
    with average.standing_in():
        assert average.network.get_weights()[0].item() == 3.0


def test_the_mean_of_a_constant_is_that_constant():
    """However the fit began, what no longer changes is what is kept."""
    average = Average(network(), horizon=40)
    walk(average, [-5.0] * EVERY + [2.0] * 600)
    assert average.weights()[0].item() == pytest.approx(2.0, abs=1e-5)


def test_noise_around_a_value_is_averaged_out():
    """Weights that jump about a value are kept near it: the deviation falls with the root of the horizon."""
    average = Average(network(), horizon=400)
    noise = np.random.default_rng(0).normal(1.0, 1.0, 8_000)
    walk(average, noise.tolist())
    assert abs(average.weights()[0].item() - 1.0) < 0.4


def test_a_young_mean_does_not_hold_on_to_the_beginning():
    """After 50 looks at weights that grow steadily the mean lies in the last fifth, whatever the horizon."""
    average = Average(network(), horizon=1e6)
    walk(average, np.arange(50.0 * EVERY).tolist())
    assert average.weights()[0].item() > 0.75 * 50 * EVERY


def test_validation_sees_the_mean_and_training_goes_on_with_the_weights():
    """The mean stands in only while it is validated."""
    average = Average(network(), horizon=1000)
    walk(average, np.arange(64.0).tolist())
    with average.standing_in():
        np.testing.assert_array_equal(average.network.get_weights()[0], average.mean[0])
    assert average.network.get_weights()[0].item() == 63.0


def test_a_restored_mean_goes_on_as_if_it_had_not_stopped():
    """State in, state out."""
    values = np.random.default_rng(1).normal(size=160).tolist()
    whole, first, second = (Average(network(), horizon=50) for _ in range(3))
    walk(whole, values)
    walk(first, values[:80])
    second.restore(first.state())
    walk(second, values[80:])
    np.testing.assert_array_equal(whole.mean[0], second.mean[0])
