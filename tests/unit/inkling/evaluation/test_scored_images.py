"""Answered: what is kept of a scored set, and what is found in it."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest

from inkling.datasets.dataset import LabelledSet
from inkling.evaluation.scored_images import ORDERS, Answered
from inkling.models.model_card import Card
from tests.support.fake_model import fake_card

LABELS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def card() -> Card:
    """Three labels, known from 0.5 on."""
    return Card.parse(json.dumps(fake_card(LABELS)))


def answers(n: int) -> tuple[LabelledSet, np.ndarray]:
    """n noise images, and answers of which about a third are right."""
    chance = np.random.default_rng(n)
    images = chance.integers(0, 256, (n, 28, 28), np.uint8)
    probabilities = chance.dirichlet([0.7] * 3, n).astype(np.float32)
    return LabelledSet("noise", images, tuple(LABELS), chance.integers(0, 3, n)), probabilities


@pytest.mark.parametrize("most", [1, 20, 90, 300])
def test_what_is_packed_comes_back(card: Card, most: int):
    """Every array, value by value and of its own kind."""
    kept = Answered.of(card, *answers(100), most)
    again = Answered.unpack(kept.pack())
    assert len(kept) == min(most, 100)
    for field in fields(Answered):
        one, other = getattr(kept, field.name), getattr(again, field.name)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


def test_what_is_kept_is_as_it_was(card: Card):
    """Images, labels, answers and whether these are known stay with their index."""
    data, probabilities = answers(100)
    kept = Answered.of(card, data, probabilities, 60)
    assert np.array_equal(kept.index, np.unique(kept.index))
    assert np.array_equal(kept.images, data.images[kept.index])
    assert np.array_equal(kept.targets, data.targets[kept.index])
    assert np.array_equal(kept.probabilities, probabilities[kept.index])
    assert np.array_equal(kept.known, probabilities[kept.index].max(1) >= 0.5)


@pytest.mark.parametrize("most", [10, 40, 90])
def test_mistakes_are_kept_before_others(card: Card, most: int):
    """As many as there is room for, the surest first; what is right comes from all over the set."""
    data, probabilities = answers(200)
    data = replace(data, targets=np.where(np.arange(200) % 4, probabilities.argmax(1), (probabilities.argmax(1) + 1) % 3))
    wrong = np.flatnonzero(probabilities.argmax(1) != data.targets)
    kept = Answered.of(card, data, probabilities, most)
    assert len(kept) == most
    surest = wrong[np.argsort(-probabilities[wrong].max(1), kind="stable")][:most]
    assert set(surest) <= set(kept.index)
    right = np.setdiff1d(kept.index, wrong)
    assert len(right) == max(0, most - len(wrong))
    if len(right) > 5:
        assert np.histogram(right, 5, (0, 200))[0].min() >= len(right) // 8


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("known", [None, True, False])
def test_cells_part_the_set(card: Card, order: str, known: bool | None):
    """Every image is in one cell of true and predicted, in each order; mistakes are those off the diagonal."""
    data, probabilities = answers(100)
    kept = Answered.of(card, data, probabilities, 100)
    cells = {(i, j): kept.find(order, i, j, known) for i in range(3) for j in range(3)}
    together = np.sort(np.concatenate(list(cells.values())))
    assert np.array_equal(together, np.sort(kept.find(order, known=known)))
    if order == "mistakes":
        assert [len(cells[i, i]) for i in range(3)] == [0, 0, 0]
    elif known is None:
        assert len(together) == 100
    for (i, j), which in cells.items():
        assert (kept.targets[which] == i).all()
        assert (kept.probabilities[which].argmax(1) == j).all()


def test_orders_are_what_they_say(card: Card):
    """By index; falling confidence; rising confidence; and falling again."""
    kept = Answered.of(card, *answers(100), 100)
    sure = {order: kept.probabilities[kept.find(order)].max(1) for order in ORDERS}
    assert np.array_equal(kept.find("index"), np.arange(100))
    assert (np.diff(sure["surest"]) <= 0).all()
    assert (np.diff(sure["unsure"]) >= 0).all()
    assert (np.diff(sure["mistakes"]) <= 0).all()
    assert 0 < len(sure["mistakes"]) < 100
