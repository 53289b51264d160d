"""Sureness: what is compared with a card's threshold."""

import numpy as np
import pytest

from inkling.models.confidence import SCORES, confidence, divergence


def answers(labels: int = 10) -> np.ndarray:
    """Answers from very unsure to very sure: float32 (200, labels)."""
    logits = np.random.default_rng(0).normal(size=(200, labels)) * np.linspace(0.01, 12, 200)[:, None]
    exponents = np.exp(logits - logits.max(1, keepdims=True))
    return (exponents / exponents.sum(1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("name", SCORES)
def test_a_score_lies_between_0_and_1_and_is_least_where_all_labels_are_alike(name):
    """For answers in any shape, finite also where probabilities have run to 0."""
    uniform, certain = np.full(10, 0.1, np.float32), np.eye(10, dtype=np.float32)[3]
    scores = SCORES[name](np.concatenate([answers(), [uniform, certain]]).reshape(2, 101, 10))
    assert scores.shape == (2, 101)
    assert np.isfinite(scores).all()
    assert (scores >= -1e-6).all()
    assert (scores <= 1).all()
    assert scores.min() == pytest.approx(scores[1, 99])
    assert scores[1, 100] > 0.999


def test_the_divergence_is_that_of_kullback_and_leibler():
    """1 - exp(-KL(uniform, p)), by its definition."""
    p = answers()[:60].astype(np.float64)
    kl = (0.1 * np.log(0.1 / p)).sum(1)
    np.testing.assert_allclose(divergence(p), 1 - np.exp(-kl), rtol=1e-6)


def test_who_wavers_between_two_labels_is_surer_than_who_has_no_idea():
    """The confidence of both may be the same."""
    two = np.array([0.45, 0.45, *[0.0125] * 8])
    none = np.array([0.45, *[0.55 / 9] * 9])
    assert confidence(two) == confidence(none)
    assert divergence(two) > divergence(none) + 0.3
