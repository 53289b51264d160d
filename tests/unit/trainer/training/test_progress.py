"""Step counters, running means and validation results."""

import numpy as np
import pytest

from trainer.training.progress import TrainingProgress
from trainer.training.running_metrics import WINDOW, RunningMetrics
from trainer.training.validation import MAX_MISTAKES, ValidationResult, validation_loss


def test_steps_and_images_left_are_right_for_changing_batch_sizes():
    """The estimates come true, and each epoch has its images once."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        images, keeps_last_batch = int(rng.integers(1, 500)), bool(rng.integers(2))
        progress = TrainingProgress(images, epochs=3, batch_size=1, keeps_last_batch=keeps_last_batch)
        for epoch in range(3):
            progress.resize(int(rng.integers(1, 600)))
            progress.begin_epoch(epoch)
            seen_before, wanted = progress.images_seen, progress.epoch_images_left
            assert wanted == (images if keeps_last_batch else images - images % progress.batch_size)
            progress.end_step()
            progress.resize(int(rng.integers(1, 600)))
            steps_left, images_left = progress.steps_left, progress.images_left
            step, seen = progress.step, progress.images_seen
            while progress.epoch_images_left:
                progress.end_step()
            assert progress.images_seen - seen_before == wanted
            assert progress.steps_left == steps_left - (progress.step - step)
            assert progress.images_left == images_left - (progress.images_seen - seen)
        assert (progress.steps_left, progress.images_left) == (0, 0)


def test_epoch_means_of_parts_are_those_of_the_whole():
    """Parts of any size, cumulative as Keras reports them; outliers have no accuracy."""
    rng = np.random.default_rng(1)
    losses, correct, labeled = rng.random(9_000), rng.random(9_000) < 0.7, rng.random(9_000) < 0.9
    metrics, done = RunningMetrics(), 0
    metrics.begin_epoch()
    for size in (1, 500, 3_000, 5_499):
        metrics.begin_part(labeled[done : done + size])
        for end in sorted({1, size // 2 or 1, size}):
            part = slice(done, done + end)
            part_correct = correct[part][labeled[part]]
            metrics.add(end, losses[part].mean(), part_correct.mean() if part_correct.size else 0.0)
            loss, accuracy = metrics.epoch_means()
            assert loss == pytest.approx(losses[: done + end].mean())
            so_far = labeled[: done + end]
            assert accuracy == pytest.approx(correct[: done + end][so_far].mean() if so_far.any() else 0.0)
        done += size


def test_moving_means_cover_the_latest_images():
    """They cover WINDOW images, across epochs, and at most one call more."""
    metrics, step = RunningMetrics(), 100
    for level in (1.0, 5.0):
        metrics.begin_epoch()
        metrics.begin_part(np.ones(4 * WINDOW, bool))
        for done in range(step, 4 * WINDOW + 1, step):
            metrics.add(done, level, level / 10)
            means = metrics.moving_means()
            if level == 5.0 and done < WINDOW:
                assert 1.0 < means[0] < 5.0
    assert means == pytest.approx((5.0, 0.5))


def test_the_most_confident_mistakes_are_reported():
    """At most MAX_MISTAKES, each with its index; a label without images has no accuracy."""
    rng = np.random.default_rng(2)
    probabilities = rng.dirichlet(np.ones(3), 200)
    probabilities = np.concatenate([probabilities, np.zeros((200, 1))], 1)
    targets = rng.integers(0, 3, 200)
    validation, labels = ValidationResult(1.0, probabilities, targets), list("abcd")
    mistakes = validation.mistakes(labels)
    wrong = np.flatnonzero(probabilities.argmax(1) != targets)
    most_confident = wrong[np.argsort(probabilities[wrong].max(1))[-MAX_MISTAKES:]]
    assert len(mistakes) == MAX_MISTAKES
    assert {row["index"] for row in mistakes} == set(most_confident.tolist())
    assert validation.per_class(labels)[3] == {"label": "d", "n": 0, "accuracy": None}
    assert sum(row["n"] for row in validation.per_class(labels)) == validation.confusion_matrix.sum() == 200
    assert ValidationResult(1.0, np.eye(4), np.arange(4)).mistakes(labels) == []


def test_validation_loss_weights_outliers():
    """Outliers count by their share of an epoch, however many there are."""
    losses, has_label = np.array([1.0, 3.0, 10.0, 10.0, 10.0, 10.0]), np.array([True] * 2 + [False] * 4)
    assert validation_loss(losses, has_label, 0.25) == pytest.approx(0.75 * 2 + 0.25 * 10)
    assert validation_loss(losses[:2], has_label[:2], 0.25) == 2.0
