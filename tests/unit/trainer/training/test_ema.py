"""The exponential moving average of the weights."""

import keras
import numpy as np
import pytest

from trainer.training.ema import UPDATE_EVERY, WeightEMA


@pytest.fixture
def network() -> keras.Model:
    """One weight, initially 0."""
    inputs = keras.Input((1,))
    return keras.Model(inputs, keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(inputs))


def train(ema: WeightEMA, values: list[float]) -> None:
    """Take a step for each value, which the weight then has; only every eighth step updates the average."""
    for step, value in enumerate(values):
        if (step + 1) % UPDATE_EVERY == 0 or step == len(values) - 1:
            ema.network.set_weights([np.array([[value]], np.float32)])
        ema.set_model(ema.network)
        ema.on_train_batch_end(step)


def test_before_the_first_update_it_has_the_weights_themselves(network):
    """A fit of three steps saves what it has learned."""
    ema = WeightEMA(network, window=100)
    train(ema, [1.0, 2.0, 3.0])
    assert ema.weights()[0].item() == 3.0
    with ema.swapped_in():
        assert network.get_weights()[0].item() == 3.0


def test_the_average_of_a_constant_is_the_constant(network):
    """Whatever the first weights were."""
    ema = WeightEMA(network, window=40)
    train(ema, [-5.0] * UPDATE_EVERY + [2.0] * 600)
    assert ema.weights()[0].item() == pytest.approx(2.0, abs=1e-5)


def test_noise_is_averaged_out(network):
    """The deviation falls with the square root of the window."""
    ema = WeightEMA(network, window=400)
    train(ema, np.random.default_rng(0).normal(1.0, 1.0, 8_000).tolist())
    assert abs(ema.weights()[0].item() - 1.0) < 0.4


def test_initial_weights_do_not_dominate(network):
    """After 50 updates with steadily growing weights the average is in the last fifth, whatever the window."""
    ema = WeightEMA(network, window=1e6)
    train(ema, np.arange(50.0 * UPDATE_EVERY).tolist())
    assert ema.weights()[0].item() > 0.75 * 50 * UPDATE_EVERY


def test_the_average_is_swapped_in_temporarily(network):
    """Validation uses the average; training continues with the weights."""
    ema = WeightEMA(network, window=1000)
    train(ema, np.arange(64.0).tolist())
    with ema.swapped_in():
        np.testing.assert_array_equal(network.get_weights()[0], ema.average[0])
    assert network.get_weights()[0].item() == 63.0


def test_a_restored_average_continues(network):
    """State and restore are inverse."""
    values = np.random.default_rng(1).normal(size=160).tolist()
    whole, first, second = (WeightEMA(network, window=50) for _ in range(3))
    train(whole, values)
    train(first, values[:80])
    second.restore(first.state())
    train(second, values[80:])
    np.testing.assert_array_equal(whole.average[0], second.average[0])
