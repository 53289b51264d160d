"""ScoredImages: selection, serialization and lookup."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest

from inkling.datasets.dataset import Dataset
from inkling.evaluation.scored_images import SORT_ORDERS, ScoredImages
from inkling.models.model_card import ModelCard
from tests.support.fake_model import fake_card

LABELS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def card() -> ModelCard:
    """A card with three labels and threshold 0.5."""
    return ModelCard.parse(json.dumps(fake_card(LABELS)))


def predictions(n: int) -> tuple[Dataset, np.ndarray]:
    """n noise images, and predictions of which about a third are correct."""
    rng = np.random.default_rng(n)
    images = rng.integers(0, 256, (n, 28, 28), np.uint8)
    probabilities = rng.dirichlet([0.7] * 3, n).astype(np.float32)
    return Dataset("noise", images, tuple(LABELS), rng.integers(0, 3, n)), probabilities


@pytest.mark.parametrize("most", [1, 20, 90, 300])
def test_serialization(card: ModelCard, most: int):
    """It preserves the values and dtypes of all arrays."""
    scored = ScoredImages.select(card, *predictions(100), most)
    restored = ScoredImages.from_bytes(scored.to_bytes())
    assert len(scored) == min(most, 100)
    for field in fields(ScoredImages):
        before, after = getattr(scored, field.name), getattr(restored, field.name)
        assert before.dtype == after.dtype
        assert np.array_equal(before, after)


def test_selected_values(card: ModelCard):
    """All arrays correspond to the index."""
    data, probabilities = predictions(100)
    scored = ScoredImages.select(card, data, probabilities, 60)
    assert np.array_equal(scored.index, np.unique(scored.index))
    assert np.array_equal(scored.images, data.images[scored.index])
    assert np.array_equal(scored.targets, data.targets[scored.index])
    assert np.array_equal(scored.probabilities, probabilities[scored.index])
    assert np.array_equal(scored.known, probabilities[scored.index].max(1) >= 0.5)


@pytest.mark.parametrize("most", [10, 40, 90])
def test_mistakes_are_selected_first(card: ModelCard, most: int):
    """The most confident first; correct predictions are spread evenly over the dataset."""
    data, probabilities = predictions(200)
    data = replace(data, targets=np.where(np.arange(200) % 4, probabilities.argmax(1), (probabilities.argmax(1) + 1) % 3))
    wrong = np.flatnonzero(probabilities.argmax(1) != data.targets)
    scored = ScoredImages.select(card, data, probabilities, most)
    assert len(scored) == most
    most_confident = wrong[np.argsort(-probabilities[wrong].max(1), kind="stable")][:most]
    assert set(most_confident) <= set(scored.index)
    correct = np.setdiff1d(scored.index, wrong)
    assert len(correct) == max(0, most - len(wrong))
    if len(correct) > 5:
        assert np.histogram(correct, 5, (0, 200))[0].min() >= len(correct) // 8


def test_fewer_are_taken_like_those_of_a_dataset(card: ModelCard):
    """The same images as if they had been selected at once."""
    data, probabilities = predictions(100)
    taken = ScoredImages.select(card, data, probabilities, 100).take(30)
    selected = ScoredImages.select(card, data, probabilities, 30)
    for field in fields(ScoredImages):
        assert np.array_equal(getattr(taken, field.name), getattr(selected, field.name))


@pytest.mark.parametrize("order", SORT_ORDERS)
@pytest.mark.parametrize("known", [None, True, False])
def test_find_by_cell(card: ModelCard, order: str, known: bool | None):
    """Every image is in exactly one cell of the confusion matrix, in each order; mistakes are off the diagonal."""
    data, probabilities = predictions(100)
    scored = ScoredImages.select(card, data, probabilities, 100)
    cells = {(i, j): scored.find(order, i, j, known) for i in range(3) for j in range(3)}
    found = np.sort(np.concatenate(list(cells.values())))
    assert np.array_equal(found, np.sort(scored.find(order, known=known)))
    if order == "mistakes":
        assert [len(cells[i, i]) for i in range(3)] == [0, 0, 0]
    elif known is None:
        assert len(found) == 100
    for (i, j), positions in cells.items():
        assert (scored.targets[positions] == i).all()
        assert (scored.probabilities[positions].argmax(1) == j).all()


def test_sort_orders(card: ModelCard):
    """By index, descending confidence, ascending confidence, and descending confidence of mistakes."""
    scored = ScoredImages.select(card, *predictions(100), 100)
    confidences = {order: scored.probabilities[scored.find(order)].max(1) for order in SORT_ORDERS}
    assert np.array_equal(scored.find("index"), np.arange(100))
    assert (np.diff(confidences["most_confident"]) <= 0).all()
    assert (np.diff(confidences["least_confident"]) >= 0).all()
    assert (np.diff(confidences["mistakes"]) <= 0).all()
    assert 0 < len(confidences["mistakes"]) < 100
