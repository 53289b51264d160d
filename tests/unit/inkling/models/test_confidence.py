"""The scores that are compared with a card's threshold."""

import numpy as np
import pytest

from inkling.models.confidence import SCORES, divergence_from_uniform, max_probability


def predictions(labels: int = 10) -> np.ndarray:
    """Predictions from very uncertain to very certain: float32 (200, labels)."""
    logits = np.random.default_rng(0).normal(size=(200, labels)) * np.linspace(0.01, 12, 200)[:, None]
    exponents = np.exp(logits - logits.max(1, keepdims=True))
    return (exponents / exponents.sum(1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("name", SCORES)
def test_range_of_scores(name):
    """Scores are finite, between 0 and 1, and lowest for uniform probabilities, for predictions of any shape."""
    uniform, certain = np.full(10, 0.1, np.float32), np.eye(10, dtype=np.float32)[3]
    scores = SCORES[name](np.concatenate([predictions(), [uniform, certain]]).reshape(2, 101, 10))
    assert scores.shape == (2, 101)
    assert np.isfinite(scores).all()
    assert (scores >= -1e-6).all()
    assert (scores <= 1).all()
    assert scores.min() == pytest.approx(scores[1, 99])
    assert scores[1, 100] > 0.999


def test_divergence_by_definition():
    """1 - exp(-KL(uniform, p))."""
    p = predictions()[:60].astype(np.float64)
    kl = (0.1 * np.log(0.1 / p)).sum(1)
    np.testing.assert_allclose(divergence_from_uniform(p), 1 - np.exp(-kl), rtol=1e-6)


def test_divergence_of_two_likely_labels():
    """It is higher than for one likely and nine equally unlikely labels with the same confidence."""
    two = np.array([0.45, 0.45, *[0.0125] * 8])
    none = np.array([0.45, *[0.55 / 9] * 9])
    assert max_probability(two) == max_probability(none)
    assert divergence_from_uniform(two) > divergence_from_uniform(none) + 0.3
