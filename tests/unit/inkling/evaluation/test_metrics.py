"""Metrics: whole matrices, laws, and the same figures as scikit-learn."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from inkling.evaluation.metrics import BINS, SMALLEST, calibration, confusion_matrix, cross_entropy, per_class, roc_area, shares

answers = st.integers(2, 6).flatmap(
    lambda labels: st.tuples(
        st.just(labels), st.lists(st.tuples(st.integers(0, labels - 1), st.integers(0, labels - 1)), min_size=1, max_size=40)
    )
)


def counts_of(labels: int, pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True and predicted positions, and their confusion matrix."""
    true, predicted = np.array(pairs, np.int64).T
    return true, predicted, confusion_matrix(true, predicted, labels)


def test_rows_are_true_and_columns_predicted():
    """Element [i, j] counts how often label i was read as label j."""
    counts = confusion_matrix(np.array([0, 0, 0, 1, 2, 2]), np.array([0, 0, 1, 1, 0, 2]), 4)
    assert counts.tolist() == [[2, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    assert counts.dtype == np.int64


def test_figures_of_each_label():
    """Precision, recall and F1 of a matrix that can be checked by hand; a share of nothing is 0."""
    first, second, absent = per_class(np.array([[3, 1, 0], [2, 4, 0], [0, 0, 0]]))
    assert first == pytest.approx({"n": 4, "precision": 3 / 5, "recall": 3 / 4, "f1": 2 / 3})
    assert second == pytest.approx({"n": 6, "precision": 4 / 5, "recall": 4 / 6, "f1": 8 / 11})
    assert absent == {"n": 0, "precision": 0, "recall": 0, "f1": 0}


SHARES = {
    "true": [[0.75, 0.25, 0], [0.5, 0.5, 0], [0, 0, 0]],
    "predicted": [[0.6, 1 / 3, 0], [0.4, 2 / 3, 0], [0, 0, 0]],
    "all": [[0.375, 0.125, 0], [0.25, 0.25, 0], [0, 0, 0]],
}


@pytest.mark.parametrize("normalize", SHARES)
def test_shares_of_a_matrix(normalize: str):
    """By row, by column and in all; what has no counts stays 0."""
    found = shares(np.array([[3, 1, 0], [2, 2, 0], [0, 0, 0]]), normalize)
    assert found == pytest.approx(np.array(SHARES[normalize]))


def test_another_way_of_sharing_is_refused():
    """Only the three that have a meaning."""
    with pytest.raises(KeyError):
        shares(np.eye(2, dtype=np.int64), "rows")


@settings(max_examples=60, deadline=None)
@given(answers)
def test_counts_and_shares_are_scikit_learns(drawn: tuple[int, list[tuple[int, int]]]):
    """For every way of normalising, also where labels do not occur."""
    labels, pairs = drawn
    true, predicted, counts = counts_of(labels, pairs)
    every = list(range(labels))
    assert np.array_equal(counts, sklearn.confusion_matrix(true, predicted, labels=every))
    for ours, theirs in {"true": "true", "predicted": "pred", "all": "all"}.items():
        assert shares(counts, ours) == pytest.approx(sklearn.confusion_matrix(true, predicted, labels=every, normalize=theirs))


@settings(max_examples=60, deadline=None)
@given(answers)
def test_figures_are_scikit_learns(drawn: tuple[int, list[tuple[int, int]]]):
    """Precision, recall, F1 and n of every label."""
    labels, pairs = drawn
    true, predicted, counts = counts_of(labels, pairs)
    theirs = sklearn.precision_recall_fscore_support(true, predicted, labels=list(range(labels)), zero_division=0)
    ours = per_class(counts)
    for key, expected in zip(("precision", "recall", "f1", "n"), theirs, strict=True):
        assert [figures[key] for figures in ours] == pytest.approx(expected.tolist())


@settings(max_examples=60, deadline=None)
@given(answers)
def test_sums_are_kept(drawn: tuple[int, list[tuple[int, int]]]):
    """Rows add up to how often a label occurs, the whole to n, the diagonal to what is right."""
    true, predicted, counts = counts_of(*drawn)
    assert counts.sum() == len(true)
    assert counts.sum(1).tolist() == np.bincount(true, minlength=len(counts)).tolist()
    assert counts.sum(0).tolist() == np.bincount(predicted, minlength=len(counts)).tolist()
    assert np.trace(counts) == (true == predicted).sum()
    assert np.array_equal(confusion_matrix(predicted, true, len(counts)), counts.T)


def test_loss_is_the_mean_of_minus_the_logarithm():
    """Natural, of what the true label was given."""
    probabilities = np.array([[0.5, 0.5], [0.25, 0.75], [1, 0]], np.float32)
    assert cross_entropy(probabilities, np.array([0, 1, 0])) == pytest.approx(-(math.log(0.5) + math.log(0.75)) / 3)


def test_one_sure_mistake_does_not_make_the_loss_infinite():
    """A probability of 0 counts as the smallest."""
    assert cross_entropy(np.array([[1, 0]], np.float32), np.array([1])) == pytest.approx(-math.log(SMALLEST))


def test_calibration_by_hand():
    """Two bins of five: |2/3 - 0.7| weighs three of four, |0 - 0.15| one; bins without answers are not named."""
    found = calibration(np.array([0.61, 0.69, 0.8, 0.15]), np.array([True, True, False, False]), bins=5)
    assert found["error"] == pytest.approx(0.75 * abs(2 / 3 - 0.7) + 0.25 * 0.15)
    assert [(each["from"], each["to"], each["n"]) for each in found["bins"]] == [(0, 0.2, 1), (0.6, 0.8, 3)]
    assert found["bins"][1] == pytest.approx({"from": 0.6, "to": 0.8, "n": 3, "confidence": 0.7, "accuracy": 2 / 3})


def test_who_is_right_as_often_as_sure_is_calibrated():
    """The error of 200,000 such answers is near 0, and of as many that are surer by 0.1 near 0.1."""
    rng = np.random.default_rng(0)
    confidences = rng.uniform(0.3, 0.9, 200_000)
    right = rng.random(200_000) < confidences
    assert calibration(confidences, right)["error"] < 0.005
    assert calibration(confidences + 0.1, right)["error"] == pytest.approx(0.1, abs=0.005)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.booleans()), min_size=1, max_size=60))
def test_bins_hold_every_answer_once(drawn: list[tuple[float, bool]]):
    """0 and 1 included; each bin's mean lies in it, and the error is what the bins say."""
    confidences, right = np.array([c for c, _ in drawn], np.float32), np.array([r for _, r in drawn])
    found = calibration(confidences, right)
    bins = found["bins"]
    assert sum(each["n"] for each in bins) == len(drawn)
    assert sum(each["n"] * each["accuracy"] for each in bins) == pytest.approx(right.sum())
    assert all(each["from"] - 1e-9 <= each["confidence"] <= each["to"] + 1e-9 for each in bins)
    assert all(each["to"] - each["from"] == pytest.approx(1 / BINS) for each in bins)
    apart = sum(each["n"] * abs(each["accuracy"] - each["confidence"]) for each in bins)
    assert found["error"] == pytest.approx(apart / len(drawn))


SCORES = st.lists(st.integers(0, 6), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(SCORES, SCORES)
def test_roc_area_is_the_share_of_pairs_in_order(known: list[int], others: list[int]):
    """Every pair compared, ties half; as scikit-learn's; the other way round it is the rest of 1."""
    pairs = [(k > o) + (k == o) / 2 for k in known for o in others]
    area = roc_area(np.array(known, np.float32), np.array(others, np.float32))
    assert area == pytest.approx(np.mean(pairs))
    assert area == pytest.approx(sklearn.roc_auc_score([1] * len(known) + [0] * len(others), known + others))
    assert roc_area(np.array(others), np.array(known)) == pytest.approx(1 - area)
