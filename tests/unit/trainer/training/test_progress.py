"""Progress and means: what is counted while a fit goes on."""

import numpy as np
import pytest

from trainer.training.progress import Progress
from trainer.training.running_metrics import RECENT, Means
from trainer.training.validation import WORST, Validation


def test_progress_comes_to_its_end_whatever_the_size_of_batches():
    """Steps and images that are left always come true, and each epoch has its images once."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        progress = Progress(images_an_epoch=int(rng.integers(1, 500)), epochs=3, batch_size=1)
        for epoch in range(3):
            progress.resize(int(rng.integers(1, 600)))
            progress.begin_epoch(epoch)
            seen, wanted = progress.seen, progress.left
            progress.step_ends()
            progress.resize(int(rng.integers(1, 600)))
            steps, images = progress.steps_left, progress.images_left
            before = progress.step, progress.seen
            while progress.left:
                progress.step_ends()
            assert progress.seen - seen == wanted
            assert progress.steps_left == steps - (progress.step - before[0])
            assert progress.images_left == images - (progress.seen - before[1])
        assert (progress.steps_left, progress.images_left) == (0, 0)


def test_means_of_parts_are_those_of_the_whole():
    """Parts of any size, cumulative as Keras tells them; outliers have no accuracy."""
    rng = np.random.default_rng(1)
    losses, right, labelled = rng.random(9_000), rng.random(9_000) < 0.7, rng.random(9_000) < 0.9
    means, done = Means(), 0
    means.begin_epoch()
    for size in (1, 500, 3_000, 5_499):
        part = slice(done, done + size)
        means.begin_part(labelled[part])
        for end in sorted({1, size // 2 or 1, size}):
            upto = slice(done, done + end)
            shares = right[upto][labelled[upto]]
            means.add(end, losses[upto].mean(), shares.mean() if shares.size else 0.0)
            loss, accuracy = means.of_epoch()
            assert loss == pytest.approx(losses[: done + end].mean())
            known = labelled[: done + end]
            assert accuracy == pytest.approx(right[: done + end][known].mean() if known.any() else 0.0)
        done += size


def test_moving_means_forget():
    """They look back over RECENT images, across epochs, and no further than one call before them."""
    means, step = Means(), 100
    for level in (1.0, 5.0):
        means.begin_epoch()
        means.begin_part(np.ones(4 * RECENT, bool))
        for done in range(step, 4 * RECENT + 1, step):
            means.add(done, level, level / 10)
            told = means.moving()
            if level == 5.0 and done < RECENT:
                assert 1.0 < told[0] < 5.0
    assert told == pytest.approx((5.0, 0.5))


def test_the_worst_mistakes_are_the_surest_ones():
    """At most WORST of them, each with its place; a label without images has no accuracy."""
    rng = np.random.default_rng(2)
    probabilities = rng.dirichlet(np.ones(3), 200)
    probabilities = np.concatenate([probabilities, np.zeros((200, 1))], 1)
    targets = rng.integers(0, 3, 200)
    validation, labels = Validation(1.0, probabilities, targets), list("abcd")
    worst = validation.mistakes(labels)
    wrong = np.flatnonzero(probabilities.argmax(1) != targets)
    assert len(worst) == WORST
    assert {row["index"] for row in worst} == set(wrong[np.argsort(probabilities[wrong].max(1))[-WORST:]].tolist())
    assert validation.per_class(labels)[3] == {"label": "d", "n": 0, "accuracy": None}
    assert sum(row["n"] for row in validation.per_class(labels)) == validation.confusion.sum() == 200
    assert Validation(1.0, np.eye(4), np.arange(4)).mistakes(labels) == []
