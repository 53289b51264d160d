"""Reports: labels matched by name, figures that fit each other, mistakes with the most confident first."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from inkling.datasets.dataset import LabelledSet
from inkling.errors import BadData, BadInput
from inkling.evaluation.report import BATCHES, LEAST_BATCH, SLICE, report, score
from inkling.limits import Limits
from inkling.models.model_card import Card
from inkling.models.predictor import Predictor
from tests.support.dataset_files import drawings
from tests.support.fake_model import write_fake_model

LABELS = ["0", "1", "2", "3", "4"]
IMAGES = drawings(30)


@pytest.fixture(scope="module")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    """Answers with five labels."""
    return Predictor(write_fake_model(tmp_path_factory.mktemp("model") / "five.onnx", labels=LABELS))


def labelled(labels: list[str], images: np.ndarray = IMAGES) -> LabelledSet:
    """The images with the labels taking turns."""
    return LabelledSet.of("drawings", images, [labels[index % len(labels)] for index in range(len(images))], Limits())


@pytest.mark.parametrize("crops", ["1", "4", "all"])
def test_a_report_is_what_the_answers_say(predictor: Predictor, crops: str):
    """Accuracy, matrix and mistakes are counted from the predictor's own answers."""
    data = labelled(LABELS)
    made = score(predictor, data, crops)
    answers = predictor.predict(data.images, crops)
    winners = answers.probabilities.argmax(1)
    counts = np.array(made["confusion_matrix"]["counts"])
    assert made["model"] == "five"
    assert made["data"] == {"name": "drawings", "n": 30, "sha256": data.sha256()}
    assert made["crops"] == [list(offset) for offset in answers.offsets]
    assert made["accuracy"] == (winners == data.targets).mean() == np.trace(counts) / 30
    assert counts[1].tolist() == np.bincount(winners[data.targets == 1], minlength=5).tolist()
    assert made["confusion_matrix"] | {"counts": 0} == {
        "labels": LABELS,
        "rows": "true",
        "columns": "predicted",
        "counts": 0,
    }
    assert [each["index"] for each in sorted(made["mistakes"], key=lambda each: each["index"])] == np.flatnonzero(
        winners != data.targets
    ).tolist()
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert datetime.fromisoformat(made["created"]).utcoffset().total_seconds() == 0


def test_mistakes_stand_with_the_most_confident_first(predictor: Predictor):
    """Each with what it is, what it was taken for, and how surely."""
    data = labelled(LABELS)
    probabilities = predictor.predict(data.images).probabilities
    mistakes = score(predictor, data)["mistakes"]
    assert len(mistakes) > 3
    assert [each["confidence"] for each in mistakes] == sorted((each["confidence"] for each in mistakes), reverse=True)
    for each in mistakes:
        assert each["true"] == LABELS[data.targets[each["index"]]]
        assert each["predicted"] == LABELS[probabilities[each["index"]].argmax()]
        assert each["confidence"] == pytest.approx(probabilities[each["index"]].max(), abs=1e-6)


def test_labels_are_matched_by_name(predictor: Predictor):
    """A set that holds only some labels, which therefore count otherwise in it, is scored in the model's labels."""
    made = score(predictor, labelled(["4", "2"]))
    counts = np.array(made["confusion_matrix"]["counts"])
    assert counts.sum(1).tolist() == [0, 0, 15, 0, 15]
    assert [each["n"] for each in made["classes"]] == [0, 0, 15, 0, 15]
    assert {each["true"] for each in made["mistakes"]} <= {"2", "4"}


def test_macro_is_the_mean_over_labels_that_occur(predictor: Predictor):
    """A label that the set lacks does not lower it."""
    made = score(predictor, labelled(["4", "2"]))
    for key in ("precision", "recall", "f1"):
        assert made["macro"][key] == pytest.approx(np.mean([made["classes"][index][key] for index in (2, 4)]))


def test_a_label_that_the_model_lacks_is_refused(predictor: Predictor):
    """The sentence names it; nothing is scored."""
    with pytest.raises(BadData, match=r"^Expected only the labels 0, 1, 2, 3, 4\. Received x in drawings"):
        score(predictor, labelled(["0", "x"]))


def test_other_crops_are_refused(predictor: Predictor):
    """As everywhere."""
    with pytest.raises(BadInput, match=r"^Expected crops as one of"):
        score(predictor, labelled(LABELS), crops="2")


def test_progress_is_told_slice_by_slice_and_changes_nothing(predictor: Predictor):
    """Up to n; a set of several slices gives what one answer gives."""
    images = IMAGES[np.arange(2 * SLICE + 10) % 30]
    data = LabelledSet("many", images, tuple(LABELS), np.arange(len(images)) % 5)
    seen = []
    made = score(predictor, data, "1", seen.append)
    assert seen == [SLICE, 2 * SLICE, 2 * SLICE + 10]
    assert made["accuracy"] == (predictor.predict(images, "1").probabilities.argmax(1) == data.targets).mean()


def by_hand(predictor: Predictor) -> Card:
    """A card of two labels and a threshold of 0.75."""
    return replace(predictor.card, name="by hand", labels=["a", "b"], threshold=0.75, score="confidence")


def test_a_report_of_known_answers(predictor: Predictor):
    """Every figure of three answers, checked by hand."""
    data = LabelledSet("three", IMAGES[:3], ("a", "b"), np.array([0, 1, 1]))
    probabilities = np.array([[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]], np.float32)
    made = report(by_hand(predictor), data, probabilities, [(2, 2)], 1.23456)
    assert made["accuracy"] == pytest.approx(2 / 3)
    assert made["loss"] == pytest.approx(-np.log([0.5, 0.25, 0.75]).mean())
    assert made["seconds"] == 1.235
    assert made["crops"] == [[2, 2]]
    assert made["confusion_matrix"]["counts"] == [[1, 0], [1, 1]]
    assert made["mistakes"] == [{"index": 1, "true": "b", "predicted": "a", "confidence": 0.75}]
    assert made["classes"][1] == pytest.approx({"label": "b", "n": 2, "precision": 1.0, "recall": 0.5, "f1": 2 / 3})


def test_what_a_threshold_does_by_hand(predictor: Predictor):
    """Confidences of 0.5, 0.75, 0.75 and of three outliers, of which one is as sure as a digit."""
    data = LabelledSet("three", IMAGES[:3], ("a", "b"), np.array([0, 1, 1]))
    probabilities = np.array([[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]], np.float32)
    outliers = np.array([[0.5, 0.5], [0.25, 0.25], [0.75, 0.25]], np.float32)
    made = report(by_hand(predictor), data, probabilities, [(2, 2)], 1, outliers)
    assert made["known"] == {
        "threshold": 0.75,
        "score": "confidence",
        "refused": pytest.approx(1 / 3),
        "roc_area": pytest.approx(6.5 / 9),
        "outliers": 3,
        "outliers_refused": pytest.approx(2 / 3),
    }
    assert made["calibration"]["error"] == pytest.approx(1 / 3 * 0.5 + 2 / 3 * 0.25)
    without = report(by_hand(predictor), data, probabilities, [(2, 2)], 1)
    assert without["known"] == {"threshold": 0.75, "score": "confidence", "refused": pytest.approx(1 / 3)}


def test_outliers_change_nothing_but_what_is_said_of_them(predictor: Predictor):
    """Whatever their labels are; the share that is known is what /predict would say."""
    data, outliers = labelled(LABELS), labelled(["x", "y", "7"], drawings(12, seed=5))
    plain, made = score(predictor, data), score(predictor, data, outliers=outliers)
    for each in (plain, made):
        for key in ("id", "created", "seconds"):
            del each[key]
    assert {key: value for key, value in made.items() if key != "known"} == {
        key: value for key, value in plain.items() if key != "known"
    }
    known = predictor.card.knows(predictor.predict(outliers.images).probabilities)
    assert made["known"]["outliers_refused"] == (~known).mean()
    assert made["known"] | plain["known"] == made["known"]
    assert made["known"]["threshold"] == predictor.card.threshold


def test_every_report_has_an_id_of_its_own(predictor: Predictor):
    """Also of the same set."""
    data = labelled(LABELS)
    assert len({score(predictor, data, "1")["id"] for _ in range(5)}) == 5


def test_a_report_does_not_depend_on_the_folder(tmp_path: Path, predictor: Predictor):
    """The model's name in it is the card's."""
    again = Predictor(write_fake_model(tmp_path / "five.onnx", labels=LABELS))
    first, second = (score(each, labelled(LABELS)) for each in (predictor, again))
    for made in (first, second):
        del made["id"], made["created"], made["seconds"]
    assert first == second


@pytest.mark.parametrize("n", [1, 9, 10, 11, 999, 1_000, 1_001, 2_345])
def test_batches_are_the_set_one_after_the_other(predictor: Predictor, n: int):
    """At most a hundred; weighted by their sizes they make the report's own accuracy and loss."""
    data = LabelledSet("many", IMAGES[np.arange(n) % 30], tuple(LABELS), np.arange(n) * 7 % 5)
    made = score(predictor, data, "1")
    ends = [batch["done"] for batch in made["batches"]]
    sizes = np.diff([0, *ends])
    assert ends[-1] == n
    assert len(ends) <= BATCHES
    assert len(set(sizes[:-1])) <= 1
    assert (sizes > 0).all()
    assert min(sizes[:-1], default=LEAST_BATCH) >= LEAST_BATCH
    for key in ("accuracy", "loss"):
        assert np.average([batch[key] for batch in made["batches"]], weights=sizes) == pytest.approx(made[key])
    first = predictor.predict(data.images[: ends[0]], "1").probabilities.argmax(1)
    assert made["batches"][0]["accuracy"] == (first == data.targets[: ends[0]]).mean()
