"""Occlusion: the evidence lies where the network looks."""

import json
from pathlib import Path

import numpy as np
import pytest
from onnx import numpy_helper

from inkling.explain.occlusion import CORNERS, PATCH, SHARES, crops_for, find_evidence, log_odds
from inkling.models.model_card import Card
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image
from tests.support.fake_model import fake_card
from tests.unit.inkling.explain.graphs import LABELS, Chain

SHIPPED = Path(__file__).parents[4] / "models" / "digits.onnx"


def linear(path: Path, kernel: np.ndarray) -> Predictor:
    """A model that answers softmax(ink @ kernel), kernel: (576, labels)."""
    chain = Chain().begin()
    chain.end(576)
    for constant in chain.constants:
        if list(constant.dims) == [576, len(LABELS)]:
            constant.CopyFrom(numpy_helper.from_array(kernel.astype(np.float32), constant.name))
    return Predictor(chain.write(path))


def by_hand(predictor: Predictor, image: np.ndarray) -> np.ndarray:
    """The evidence, place after place and pixel after pixel: float64 (labels, 28, 28)."""

    def odds(picture: np.ndarray) -> np.ndarray:
        shares = predictor.predict(picture[None], crops_for(predictor)).probabilities[0].astype(np.float64)
        return np.log2(shares / (1 - shares))

    whole, sums, weights = odds(image), np.zeros((len(LABELS), 28, 28)), np.zeros((28, 28))
    for top in CORNERS:
        for left in CORNERS:
            covered = image.copy()
            rows, columns = slice(max(0, top), top + PATCH), slice(max(0, left), left + PATCH)
            covered[rows, columns] = 0
            y, x = np.mgrid[rows, columns][:, : 28 - max(0, top), : 28 - max(0, left)]
            y, x = y[(y < 28) & (x < 28)], x[(y < 28) & (x < 28)]
            nearness = (3 - abs(y - top - 2)) * (3 - abs(x - left - 2))
            sums[:, y, x] += nearness * (whole - odds(covered))[:, None]
            weights[y, x] += nearness
    return sums / weights


def test_the_evidence_is_what_covering_each_place_takes_away(tmp_path: Path):
    """As a plain loop finds it, to the rounding of float32."""
    predictor = linear(tmp_path / "linear.onnx", np.random.default_rng(1).normal(0, 0.05, (576, len(LABELS))))
    image = smoke_image()
    found = find_evidence(predictor, image)
    assert found.shape == (len(LABELS), 28, 28)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, by_hand(predictor, image), atol=2e-3)


def test_evidence_has_a_sign_and_a_place(tmp_path: Path):
    """What speaks for a label at the left and against it at the right is told so, and nothing where nothing counts."""
    kernel = np.zeros((24, 24, len(LABELS)))
    kernel[:, 4:8, 0], kernel[:, 16:20, 0] = 0.1, -0.1
    predictor = linear(tmp_path / "sided.onnx", kernel.reshape(576, -1))
    image = np.full((28, 28), 200, np.uint8)
    evidence = find_evidence(predictor, image)[0]
    assert evidence[4:24, 7:9].min() > 0.1
    assert evidence[4:24, 19:21].max() < -0.1
    assert not evidence[:, 27].any()
    clear = abs(evidence) > 0.01
    assert ((find_evidence(predictor, image)[1] < 0) == (evidence > 0))[clear].all()


def test_without_ink_there_is_no_evidence(tmp_path: Path):
    """Paper covered with paper is the same."""
    predictor = linear(tmp_path / "linear.onnx", np.ones((576, len(LABELS))))
    assert not find_evidence(predictor, np.zeros((28, 28), np.uint8)).any()


def test_the_shipped_model_reads_a_seven_by_its_ink():
    """The evidence for it lies on its strokes, and the same strokes speak against most others."""
    image, predictor = smoke_image(), Predictor(SHIPPED)
    evidence = find_evidence(predictor, image)
    seven = predictor.card.labels.index("7")
    inked = image > 0
    assert evidence[seven, inked].mean() > 1
    assert evidence[seven, inked].mean() > 10 * abs(evidence[seven, ~inked].mean())
    assert (np.delete(evidence, seven, 0)[:, inked].mean(1) < 0).sum() >= 7


def test_every_pixel_is_told_of_alike():
    """Its shares of the places sum to 1, and none of them lies farther away than the patch reaches."""
    np.testing.assert_allclose(SHARES.sum(1), 1, rtol=1e-6)
    pixels, places = np.nonzero(SHARES)
    assert ((pixels >= CORNERS[places]) & (pixels < CORNERS[places] + PATCH)).all()


def test_log_odds_hold_at_both_ends():
    """A share that rounds to 1 or to 0 gives a number, and so does one that is far below."""
    shares = np.array([[1, 1e-12, 0], [0.5, 0.25, 0.25]], np.float32)
    odds = log_odds(shares)
    assert np.isfinite(odds).all()
    np.testing.assert_allclose(odds[1], [0, -np.log2(3), -np.log2(3)], atol=1e-6)
    assert odds[0, 0] == pytest.approx(np.log2(1 / 2e-9), rel=1e-3)


@pytest.mark.parametrize(("count", "choice"), [(1, "4"), (9, "4"), (10, "1"), (25, "1")])
def test_a_card_of_many_crops_is_asked_about_one(count: int, choice: str):
    """So that an answer comes in time."""
    offsets = [[number // 5, number % 5] for number in range(count)]
    card = fake_card(LABELS, crop={"size": 24, "offsets": offsets})
    assert crops_for(Predictor.over(None, Card.parse(json.dumps(card)))) == choice
