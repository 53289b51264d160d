"""Metrics: hand-checked examples, invariants, and agreement with scikit-learn."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from inkling.evaluation.metrics import (
    CALIBRATION_BINS,
    MIN_PROBABILITY,
    calibration,
    class_metrics,
    confusion_matrix,
    cross_entropy,
    normalize_confusion_matrix,
    roc_auc,
    wilson_interval,
)

labeled_pairs = st.integers(2, 6).flatmap(
    lambda labels: st.tuples(
        st.just(labels), st.lists(st.tuples(st.integers(0, labels - 1), st.integers(0, labels - 1)), min_size=1, max_size=40)
    )
)


def count_pairs(labels: int, pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True and predicted indices, and their confusion matrix."""
    true, predicted = np.array(pairs, np.int64).T
    return true, predicted, confusion_matrix(true, predicted, labels)


def test_rows_are_true_and_columns_predicted():
    """Element [i, j] counts how often label i was predicted as label j."""
    counts = confusion_matrix(np.array([0, 0, 0, 1, 2, 2]), np.array([0, 0, 1, 1, 0, 2]), 4)
    assert counts.tolist() == [[2, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    assert counts.dtype == np.int64


def test_class_metrics():
    """Precision, recall and F1, checked by hand; a ratio with denominator 0 is 0."""
    first, second, absent = class_metrics(np.array([[3, 1, 0], [2, 4, 0], [0, 0, 0]]))
    assert first == pytest.approx({"n": 4, "precision": 3 / 5, "recall": 3 / 4, "f1": 2 / 3})
    assert second == pytest.approx({"n": 6, "precision": 4 / 5, "recall": 4 / 6, "f1": 8 / 11})
    assert absent == {"n": 0, "precision": 0, "recall": 0, "f1": 0}


NORMALIZED = {
    "true": [[0.75, 0.25, 0], [0.5, 0.5, 0], [0, 0, 0]],
    "predicted": [[0.6, 1 / 3, 0], [0.4, 2 / 3, 0], [0, 0, 0]],
    "all": [[0.375, 0.125, 0], [0.25, 0.25, 0], [0, 0, 0]],
}


@pytest.mark.parametrize("normalize", NORMALIZED)
def test_normalized_matrix(normalize: str):
    """By row, by column and by the total; rows and columns without counts stay 0."""
    normalized = normalize_confusion_matrix(np.array([[3, 1, 0], [2, 2, 0], [0, 0, 0]]), normalize)
    assert normalized == pytest.approx(np.array(NORMALIZED[normalize]))


def test_unknown_normalization():
    """It raises KeyError."""
    with pytest.raises(KeyError):
        normalize_confusion_matrix(np.eye(2, dtype=np.int64), "rows")


@settings(max_examples=60, deadline=None)
@given(labeled_pairs)
def test_matrix_agrees_with_scikit_learn(sample: tuple[int, list[tuple[int, int]]]):
    """For every normalization, also if labels don't occur."""
    labels, pairs = sample
    true, predicted, counts = count_pairs(labels, pairs)
    every = list(range(labels))
    assert np.array_equal(counts, sklearn.confusion_matrix(true, predicted, labels=every))
    for ours, theirs in {"true": "true", "predicted": "pred", "all": "all"}.items():
        assert normalize_confusion_matrix(counts, ours) == pytest.approx(
            sklearn.confusion_matrix(true, predicted, labels=every, normalize=theirs)
        )


@settings(max_examples=60, deadline=None)
@given(labeled_pairs)
def test_class_metrics_agree_with_scikit_learn(sample: tuple[int, list[tuple[int, int]]]):
    """Precision, recall, F1 and n of every label."""
    labels, pairs = sample
    true, predicted, counts = count_pairs(labels, pairs)
    theirs = sklearn.precision_recall_fscore_support(true, predicted, labels=list(range(labels)), zero_division=0)
    ours = class_metrics(counts)
    for key, expected in zip(("precision", "recall", "f1", "n"), theirs, strict=True):
        assert [row[key] for row in ours] == pytest.approx(expected.tolist())


@settings(max_examples=60, deadline=None)
@given(labeled_pairs)
def test_sums(sample: tuple[int, list[tuple[int, int]]]):
    """Rows sum to the label counts, columns to the predicted counts, the diagonal to the correct predictions."""
    true, predicted, counts = count_pairs(*sample)
    assert counts.sum() == len(true)
    assert counts.sum(1).tolist() == np.bincount(true, minlength=len(counts)).tolist()
    assert counts.sum(0).tolist() == np.bincount(predicted, minlength=len(counts)).tolist()
    assert np.trace(counts) == (true == predicted).sum()
    assert np.array_equal(confusion_matrix(predicted, true, len(counts)), counts.T)


def test_cross_entropy():
    """The mean negative natural logarithm of the probability of the true label."""
    probabilities = np.array([[0.5, 0.5], [0.25, 0.75], [1, 0]], np.float32)
    assert cross_entropy(probabilities, np.array([0, 1, 0])) == pytest.approx(-(math.log(0.5) + math.log(0.75)) / 3)


def test_cross_entropy_is_finite():
    """A probability of 0 counts as MIN_PROBABILITY."""
    assert cross_entropy(np.array([[1, 0]], np.float32), np.array([1])) == pytest.approx(-math.log(MIN_PROBABILITY))


def test_calibration_by_hand():
    """Two of five bins: |2/3 - 0.7| has weight 3/4, |0 - 0.15| has weight 1/4; empty bins are left out."""
    found = calibration(np.array([0.61, 0.69, 0.8, 0.15]), np.array([True, True, False, False]), bins=5)
    assert found["error"] == pytest.approx(0.75 * abs(2 / 3 - 0.7) + 0.25 * 0.15)
    assert [(each["from"], each["to"], each["n"]) for each in found["bins"]] == [(0, 0.2, 1), (0.6, 0.8, 3)]
    assert found["bins"][1] == pytest.approx({"from": 0.6, "to": 0.8, "n": 3, "confidence": 0.7, "accuracy": 2 / 3})


def test_calibration_error():
    """It is near 0 for calibrated predictions, and near 0.1 if they are overconfident by 0.1."""
    rng = np.random.default_rng(0)
    confidences = rng.uniform(0.3, 0.9, 200_000)
    correct = rng.random(200_000) < confidences
    assert calibration(confidences, correct)["error"] < 0.005
    assert calibration(confidences + 0.1, correct)["error"] == pytest.approx(0.1, abs=0.005)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.booleans()), min_size=1, max_size=60))
def test_calibration_bins(sample: list[tuple[float, bool]]):
    """They cover every prediction once, and the error is the weighted mean of their differences."""
    confidences, correct = np.array([c for c, _ in sample], np.float32), np.array([r for _, r in sample])
    found = calibration(confidences, correct)
    bins = found["bins"]
    assert sum(each["n"] for each in bins) == len(sample)
    assert sum(each["n"] * each["accuracy"] for each in bins) == pytest.approx(correct.sum())
    assert all(each["from"] - 1e-9 <= each["confidence"] <= each["to"] + 1e-9 for each in bins)
    assert all(each["to"] - each["from"] == pytest.approx(1 / CALIBRATION_BINS) for each in bins)
    difference = sum(each["n"] * abs(each["accuracy"] - each["confidence"]) for each in bins)
    assert found["error"] == pytest.approx(difference / len(sample))


SCORES = st.lists(st.integers(0, 6), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(SCORES, SCORES)
def test_roc_auc(positive: list[int], negative: list[int]):
    """The fraction of ordered pairs, ties counting half, as in scikit-learn; swapping the arguments gives 1 minus it."""
    pairs = [(p > n) + (p == n) / 2 for p in positive for n in negative]
    area = roc_auc(np.array(positive, np.float32), np.array(negative, np.float32))
    assert area == pytest.approx(np.mean(pairs))
    assert area == pytest.approx(sklearn.roc_auc_score([1] * len(positive) + [0] * len(negative), positive + negative))
    assert roc_auc(np.array(negative), np.array(positive)) == pytest.approx(1 - area)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(9, 10, 0.5958, 0.9821), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (270, 300, 0.8608, 0.9291)],
)
def test_wilson_interval(count, n, low, high):
    """Tabulated values, within 0 and 1."""
    assert wilson_interval(count, n) == pytest.approx((low, high), abs=1e-4)


def test_wilson_interval_definition():
    """At each end the observed share is 1.96 standard errors away."""
    for count, n in ((1, 7), (30, 40), (282, 323)):
        for end in wilson_interval(count, n):
            assert abs(count / n - end) == pytest.approx(1.959964 * np.sqrt(end * (1 - end) / n))
