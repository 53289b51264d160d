"""Occlusion maps."""

import json
from pathlib import Path

import numpy as np
import pytest

from inkling.explain.occlusion import PATCH_CORNERS, PATCH_SIZE, PIXEL_WEIGHTS, compute_occlusion_map, crop_choice, log_odds
from inkling.models.model_card import ModelCard
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image
from tests.support.fake_model import fake_card

LABELS = ["yes", "no", "half a word"]
SHIPPED = Path(__file__).parents[4] / "models" / "digits.onnx"


class LinearSession:
    """Predicts softmax(ink @ kernel), kernel: (576, labels)."""

    def __init__(self, kernel: np.ndarray):
        self.kernel = kernel

    def run(self, _: list[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """{"images": uint8 (n, 24, 24, 1)} -> [float32 (n, labels)]."""
        logits = feed["images"].reshape(-1, 576) / 255 @ self.kernel
        exponentials = np.exp(logits - logits.max(1, keepdims=True))
        return [(exponentials / exponentials.sum(1, keepdims=True)).astype(np.float32)]


def linear(kernel: np.ndarray) -> Predictor:
    """A predictor over a LinearSession."""
    return Predictor.from_session(LinearSession(kernel), ModelCard.parse(json.dumps(fake_card(LABELS))))


def occlusion_by_loops(predictor: Predictor, image: np.ndarray) -> np.ndarray:
    """The map, patch by patch and pixel by pixel: float64 (labels, 28, 28)."""

    def odds(picture: np.ndarray) -> np.ndarray:
        probabilities = predictor.predict(picture[None], crop_choice(predictor)).probabilities[0].astype(np.float64)
        return np.log2(probabilities / (1 - probabilities))

    uncovered, sums, weights = odds(image), np.zeros((len(LABELS), 28, 28)), np.zeros((28, 28))
    for top in PATCH_CORNERS:
        for left in PATCH_CORNERS:
            covered = image.copy()
            rows, columns = slice(max(0, top), top + PATCH_SIZE), slice(max(0, left), left + PATCH_SIZE)
            covered[rows, columns] = 0
            y, x = np.mgrid[rows, columns][:, : 28 - max(0, top), : 28 - max(0, left)]
            y, x = y[(y < 28) & (x < 28)], x[(y < 28) & (x < 28)]
            closeness = (3 - abs(y - top - 2)) * (3 - abs(x - left - 2))
            sums[:, y, x] += closeness * (uncovered - odds(covered))[:, None]
            weights[y, x] += closeness
    return sums / weights


def test_the_map_equals_that_of_plain_loops():
    """Up to the rounding of float32."""
    predictor = linear(np.random.default_rng(1).normal(0, 0.5, (576, len(LABELS))))
    image = smoke_image()
    occlusion_map = compute_occlusion_map(predictor, image)
    assert occlusion_map.shape == (len(LABELS), 28, 28)
    assert occlusion_map.dtype == np.float32
    np.testing.assert_allclose(occlusion_map, occlusion_by_loops(predictor, image), atol=2e-3)


def test_the_map_has_the_sign_and_place_of_the_kernel():
    """Positive on the left, where the kernel is; negative on the right; zero elsewhere; reversed for the other labels."""
    kernel = np.zeros((24, 24, len(LABELS)))
    kernel[:, 4:8, 0], kernel[:, 16:20, 0] = 0.1, -0.1
    predictor = linear(kernel.reshape(576, -1))
    image = np.full((28, 28), 200, np.uint8)
    first, second, _ = compute_occlusion_map(predictor, image)
    assert first[4:24, 7:9].min() > 0.1
    assert first[4:24, 19:21].max() < -0.1
    assert not first[:, 27].any()
    clear = abs(first) > 0.01
    assert ((second < 0) == (first > 0))[clear].all()


def test_the_map_of_an_empty_image_is_zero():
    """There is nothing to cover."""
    predictor = linear(np.ones((576, len(LABELS))))
    assert not compute_occlusion_map(predictor, np.zeros((28, 28), np.uint8)).any()


def test_the_strokes_of_a_seven_speak_for_seven():
    """With the shipped model; the same strokes speak against most other labels."""
    image, predictor = smoke_image(), Predictor(SHIPPED)
    occlusion_map = compute_occlusion_map(predictor, image)
    seven = predictor.card.labels.index("7")
    ink = image > 0
    assert occlusion_map[seven, ink].mean() > 1
    assert occlusion_map[seven, ink].mean() > 10 * abs(occlusion_map[seven, ~ink].mean())
    assert (np.delete(occlusion_map, seven, 0)[:, ink].mean(1) < 0).sum() >= 7


def test_every_pixel_has_the_same_total_weight():
    """The weights of the patches sum to 1, and are 0 for patches that don't cover the pixel."""
    np.testing.assert_allclose(PIXEL_WEIGHTS.sum(1), 1, rtol=1e-6)
    pixels, patches = np.nonzero(PIXEL_WEIGHTS)
    assert ((pixels >= PATCH_CORNERS[patches]) & (pixels < PATCH_CORNERS[patches] + PATCH_SIZE)).all()


def test_log_odds_are_finite_at_both_ends():
    """For probabilities that round to 1 or to 0."""
    probabilities = np.array([[1, 1e-12, 0], [0.5, 0.25, 0.25]], np.float32)
    odds = log_odds(probabilities)
    assert np.isfinite(odds).all()
    np.testing.assert_allclose(odds[1], [0, -np.log2(3), -np.log2(3)], atol=1e-6)
    assert odds[0, 0] == pytest.approx(np.log2(1 / 2e-9), rel=1e-3)


@pytest.mark.parametrize(("count", "choice"), [(1, "4"), (9, "4"), (10, "1"), (25, "1")])
def test_many_crops_are_replaced_by_the_center_crop(count: int, choice: str):
    """So that the response doesn't take too long."""
    offsets = [[number // 5, number % 5] for number in range(count)]
    card = fake_card(LABELS, crop={"size": 24, "offsets": offsets})
    assert crop_choice(Predictor.from_session(None, ModelCard.parse(json.dumps(card)))) == choice
