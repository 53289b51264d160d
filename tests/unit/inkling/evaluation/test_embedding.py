"""The map of predictions."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from inkling.evaluation.embedding import embed_predictions


def softmax(logits: np.ndarray) -> np.ndarray:
    """Logits -> probabilities, row by row."""
    powers = np.exp(logits)
    return powers / powers.sum(1, keepdims=True)


def test_equals_pca_of_centered_logits():
    """As scikit-learn computes it, up to the signs of the axes."""
    logits = np.random.default_rng(0).normal(0, 2, (50, 6))
    embedding = embed_predictions(softmax(logits).astype(np.float32))
    reference = PCA(2).fit(logits - logits.mean(1, keepdims=True))
    expected = reference.transform(logits - logits.mean(1, keepdims=True))
    np.testing.assert_allclose(np.abs(embedding.points), np.abs(expected), atol=1e-4)
    np.testing.assert_allclose(embedding.explained_variance, reference.explained_variance_ratio_, atol=1e-5)
    assert (embedding.points[np.abs(embedding.points).argmax(0), [0, 1]] > 0).all()


@pytest.mark.parametrize("probabilities", [[[0.9, 0.1]], [[0.5, 0.5], [0.5, 0.5]], [[1.0, 0.0], [0.0, 1.0]]])
def test_few_predictions_and_labels(probabilities: list):
    """One prediction, equal ones, and two labels, of which one axis is always 0."""
    embedding = embed_predictions(np.array(probabilities, np.float32))
    assert np.isfinite(embedding.points).all()
    np.testing.assert_allclose(embedding.points[:, 1], 0, atol=1e-9)
    assert 0 <= sum(embedding.explained_variance) <= 1 + 1e-9
