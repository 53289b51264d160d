"""The distillation loss."""

import keras
import numpy as np
import pytest

from trainer.distillation.loss import distillation_loss
from trainer.networks.network import cross_entropy


@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_the_loss_is_the_weighted_sum_of_cross_entropy_and_divergence(temperature):
    """Outliers, and images without teacher probabilities, have the cross-entropy alone."""
    rng = np.random.default_rng(0)
    logits, teacher = rng.normal(size=(4, 3)).astype(np.float32), rng.dirichlet(np.ones(3), 4).astype(np.float32)
    teacher[3] = 0  # as in validation
    targets = np.array([0, 1, 3, 2])  # the third is an outlier
    loss = distillation_loss(cross_entropy, 3, 0.7, temperature)(targets, np.concatenate([logits, teacher], 1))
    softened = [np.exp(np.log(teacher[row]) / temperature) for row in range(3)]
    softened = [each / each.sum() for each in softened]
    student = np.exp(logits / temperature) / np.exp(logits / temperature).sum(1, keepdims=True)
    divergence = [temperature**2 * (softened[row] * np.log(softened[row] / student[row])).sum() for row in range(3)]
    label_loss = np.array(cross_entropy(targets, logits))
    expected = [0.3 * label_loss[row] + 0.7 * divergence[row] for row in range(2)] + [label_loss[2], label_loss[3]]
    np.testing.assert_allclose(loss, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_a_student_equal_to_its_teacher_has_no_loss(temperature):
    """So losses at different temperatures are comparable."""
    logits = np.random.default_rng(1).normal(size=(5, 4)).astype(np.float32)
    both = np.concatenate([logits, np.array(keras.ops.softmax(logits))], 1)
    loss = distillation_loss(cross_entropy, 4, 1.0, temperature)(np.zeros(5, np.int32), both)
    np.testing.assert_allclose(loss, np.zeros(5), atol=1e-5)
