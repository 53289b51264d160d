"""Evaluation and its report."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidDataset, InvalidInput
from inkling.evaluation.evaluator import SLICE_SIZE, evaluate_dataset
from inkling.evaluation.report import MAX_BATCHES, MIN_BATCH_SIZE, build_report
from inkling.limits import Limits
from inkling.models.model_card import ModelCard
from inkling.models.predictor import Predictor
from tests.support.dataset_files import drawings
from tests.support.fake_model import write_fake_model

LABELS = ["0", "1", "2", "3", "4"]
IMAGES = drawings(30)


@pytest.fixture(scope="module")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    """A model with five labels."""
    return Predictor(write_fake_model(tmp_path_factory.mktemp("model") / "five.onnx", labels=LABELS))


def dataset(labels: list[str], images: np.ndarray = IMAGES) -> Dataset:
    """The images with these labels in turn."""
    return Dataset.from_pictures("drawings", images, [labels[index % len(labels)] for index in range(len(images))], Limits())


@pytest.mark.parametrize("crops", ["1", "4", "all"])
def test_report_of_predictions(predictor: Predictor, crops: str):
    """Accuracy, confusion matrix and mistakes follow from the predictions."""
    data = dataset(LABELS)
    report = evaluate_dataset(predictor, data, crops)
    predictions = predictor.predict(data.images, crops)
    winners = predictions.probabilities.argmax(1)
    counts = np.array(report["confusion_matrix"]["counts"])
    assert report["model"] == "five"
    assert report["data"] == {"name": "drawings", "n": 30, "sha256": data.sha256()}
    assert report["crops"] == [list(offset) for offset in predictions.offsets]
    assert report["accuracy"] == (winners == data.targets).mean() == np.trace(counts) / 30
    assert counts[1].tolist() == np.bincount(winners[data.targets == 1], minlength=5).tolist()
    assert report["confusion_matrix"] | {"counts": 0} == {
        "labels": LABELS,
        "rows": "true",
        "columns": "predicted",
        "counts": 0,
    }
    assert [each["index"] for each in sorted(report["mistakes"], key=lambda each: each["index"])] == np.flatnonzero(
        winners != data.targets
    ).tolist()
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert datetime.fromisoformat(report["created"]).utcoffset().total_seconds() == 0


def test_mistakes(predictor: Predictor):
    """They are sorted by descending confidence."""
    data = dataset(LABELS)
    probabilities = predictor.predict(data.images).probabilities
    mistakes = evaluate_dataset(predictor, data)["mistakes"]
    assert len(mistakes) > 3
    assert [each["confidence"] for each in mistakes] == sorted((each["confidence"] for each in mistakes), reverse=True)
    for each in mistakes:
        assert each["true"] == LABELS[data.targets[each["index"]]]
        assert each["predicted"] == LABELS[probabilities[each["index"]].argmax()]
        assert each["confidence"] == pytest.approx(probabilities[each["index"]].max(), abs=1e-6)


def test_labels_are_matched_by_name(predictor: Predictor):
    """A dataset with only some of the labels, and hence other indices, is reported in the model's labels."""
    report = evaluate_dataset(predictor, dataset(["4", "2"]))
    counts = np.array(report["confusion_matrix"]["counts"])
    assert counts.sum(1).tolist() == [0, 0, 15, 0, 15]
    assert [each["n"] for each in report["classes"]] == [0, 0, 15, 0, 15]
    assert {each["true"] for each in report["mistakes"]} <= {"2", "4"}


def test_macro_average(predictor: Predictor):
    """Labels without images are left out."""
    report = evaluate_dataset(predictor, dataset(["4", "2"]))
    for key in ("precision", "recall", "f1"):
        assert report["macro"][key] == pytest.approx(np.mean([report["classes"][index][key] for index in (2, 4)]))


def test_unknown_label(predictor: Predictor):
    """A label that the model lacks raises InvalidDataset, which names it."""
    with pytest.raises(InvalidDataset, match=r"drawings.* x"):
        evaluate_dataset(predictor, dataset(["0", "x"]))


def test_unknown_crops(predictor: Predictor):
    """They raise InvalidInput."""
    with pytest.raises(InvalidInput):
        evaluate_dataset(predictor, dataset(LABELS), crops="2")


def test_progress(predictor: Predictor):
    """Progress is reported per slice up to n; slicing doesn't change the result."""
    images = IMAGES[np.arange(2 * SLICE_SIZE + 10) % 30]
    data = Dataset("many", images, tuple(LABELS), np.arange(len(images)) % 5)
    seen = []
    report = evaluate_dataset(predictor, data, "1", seen.append)
    assert seen == [SLICE_SIZE, 2 * SLICE_SIZE, 2 * SLICE_SIZE + 10]
    assert report["accuracy"] == (predictor.predict(images, "1").probabilities.argmax(1) == data.targets).mean()


def two_label_card(predictor: Predictor) -> ModelCard:
    """A card with two labels and threshold 0.75."""
    return replace(predictor.card, name="two", labels=["a", "b"], threshold=0.75, score_name="confidence")


def test_report_by_hand(predictor: Predictor):
    """Every number of a report on three predictions, checked by hand."""
    data = Dataset("three", IMAGES[:3], ("a", "b"), np.array([0, 1, 1]))
    probabilities = np.array([[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]], np.float32)
    report = build_report(two_label_card(predictor), data, probabilities, [(2, 2)], 1.23456)
    assert report["accuracy"] == pytest.approx(2 / 3)
    assert report["loss"] == pytest.approx(-np.log([0.5, 0.25, 0.75]).mean())
    assert report["seconds"] == 1.235
    assert report["crops"] == [[2, 2]]
    assert report["confusion_matrix"]["counts"] == [[1, 0], [1, 1]]
    assert report["mistakes"] == [{"index": 1, "true": "b", "predicted": "a", "confidence": 0.75}]
    assert report["classes"][1] == pytest.approx({"label": "b", "n": 2, "precision": 1.0, "recall": 0.5, "f1": 2 / 3})


def test_rejection_by_hand(predictor: Predictor):
    """Confidences 0.5, 0.75, 0.75, and three outliers, one of which is as confident as a digit."""
    data = Dataset("three", IMAGES[:3], ("a", "b"), np.array([0, 1, 1]))
    probabilities = np.array([[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]], np.float32)
    outliers = np.array([[0.5, 0.5], [0.25, 0.25], [0.75, 0.25]], np.float32)
    report = build_report(two_label_card(predictor), data, probabilities, [(2, 2)], 1, outliers)
    assert report["known"] == {
        "threshold": 0.75,
        "score": "confidence",
        "rejected": pytest.approx(1 / 3),
        "roc_auc": pytest.approx(6.5 / 9),
        "outliers": 3,
        "outliers_rejected": pytest.approx(2 / 3),
    }
    assert report["calibration"]["error"] == pytest.approx(1 / 3 * 0.5 + 2 / 3 * 0.25)
    without = build_report(two_label_card(predictor), data, probabilities, [(2, 2)], 1)
    assert without["known"] == {"threshold": 0.75, "score": "confidence", "rejected": pytest.approx(1 / 3)}


def test_outliers(predictor: Predictor):
    """They only affect the rejection rates, whatever their labels are."""
    data, outliers = dataset(LABELS), dataset(["x", "y", "7"], drawings(12, seed=5))
    plain, report = evaluate_dataset(predictor, data), evaluate_dataset(predictor, data, outliers=outliers)
    for each in (plain, report):
        for key in ("id", "created", "seconds"):
            del each[key]
    assert {key: value for key, value in report.items() if key != "known"} == {
        key: value for key, value in plain.items() if key != "known"
    }
    known = predictor.card.is_known(predictor.predict(outliers.images).probabilities)
    assert report["known"]["outliers_rejected"] == (~known).mean()
    assert report["known"] | plain["known"] == report["known"]
    assert report["known"]["threshold"] == predictor.card.threshold


def test_report_ids(predictor: Predictor):
    """Each report has its own, also for the same dataset."""
    data = dataset(LABELS)
    assert len({evaluate_dataset(predictor, data, "1")["id"] for _ in range(5)}) == 5


def test_report_is_independent_of_the_path(tmp_path: Path, predictor: Predictor):
    """The model's name is that of the card."""
    again = Predictor(write_fake_model(tmp_path / "five.onnx", labels=LABELS))
    first, second = (evaluate_dataset(each, dataset(LABELS)) for each in (predictor, again))
    for report in (first, second):
        del report["id"], report["created"], report["seconds"]
    assert first == second


@pytest.mark.parametrize("n", [1, 9, 10, 11, 999, 1_000, 1_001, 2_345])
def test_batches(predictor: Predictor, n: int):
    """There are at most 100; their mean, weighted by size, is the accuracy and loss of the report."""
    data = Dataset("many", IMAGES[np.arange(n) % 30], tuple(LABELS), np.arange(n) * 7 % 5)
    report = evaluate_dataset(predictor, data, "1")
    ends = [batch["done"] for batch in report["batches"]]
    sizes = np.diff([0, *ends])
    assert ends[-1] == n
    assert len(ends) <= MAX_BATCHES
    assert len(set(sizes[:-1])) <= 1
    assert (sizes > 0).all()
    assert min(sizes[:-1], default=MIN_BATCH_SIZE) >= MIN_BATCH_SIZE
    for key in ("accuracy", "loss"):
        assert np.average([batch[key] for batch in report["batches"]], weights=sizes) == pytest.approx(report[key])
    first = predictor.predict(data.images[: ends[0]], "1").probabilities.argmax(1)
    assert report["batches"][0]["accuracy"] == (first == data.targets[: ends[0]]).mean()
