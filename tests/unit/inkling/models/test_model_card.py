"""ModelCard: valid and invalid cards; parsing raises nothing but InvalidModel."""

import copy
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.errors import InvalidModel
from inkling.imaging.normalization import NORMALIZATION_VERSION
from inkling.models.confidence import SCORES
from inkling.models.crops import CROP_CHOICES, crop_offsets
from inkling.models.model_card import MAX_DEPTH, REQUIRED_FIELDS, ModelCard
from tests.support.fake_model import fake_card

VALID = fake_card(["a", "b", "ß"])
GONE = object()
VERSION = str(NORMALIZATION_VERSION)


def paths(value: object, path: tuple = ()) -> list[tuple]:
    """The paths of all parts of a JSON value."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [each for key, part in parts for each in [(*path, key), *paths(part, (*path, key))]]


def changed(path: tuple, value: object) -> str:
    """The valid card as text with one part replaced, or removed if the value is GONE."""
    card = copy.deepcopy(VALID)
    *parents, last = path
    part = card
    for key in parents:
        part = part[key]
    if value is GONE:
        del part[last]
    else:
        part[last] = value
    return json.dumps(card)


def nested(levels: int) -> list:
    """Nested lists."""
    value: list = []
    for _ in range(levels - 1):
        value = [value]
    return value


def test_valid_card():
    """The parsed fields are those of the JSON, which is available as a whole, too."""
    card = ModelCard.parse(json.dumps(VALID))
    assert card.raw == VALID
    assert (card.name, card.created, card.labels) == (VALID["name"], VALID["created"], VALID["labels"])
    assert (card.image_height, card.image_width, card.crop_size) == (28, 28, 24)
    assert card.offsets == [(1, 1), (1, 3), (3, 1), (3, 3)]
    assert card.threshold == 0.5
    assert card.sums_to_one
    assert (card.layers, card.graph_layers) == (VALID["layers"], VALID.get("graph_layers", []))


def test_unknown_fields():
    """They are preserved, with 64-bit numbers, nesting and any script."""
    more = {"note": "Größe ≥ 1 ✏️", "seed": 2**63, "minimum": -(2**63), "deep": nested(MAX_DEPTH - 2)}
    card = fake_card(["a", "b"], training=more, extra=[None, True])
    assert ModelCard.parse(json.dumps(card)).raw == card
    assert ModelCard.parse(json.dumps(card, ensure_ascii=False)).raw == card


def test_documentation():
    """docs/model-card.md lists every field and score."""
    page = (Path(__file__).parents[4] / "docs" / "model-card.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.*?`) \|", page, re.M)
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert names >= {"card", *REQUIRED_FIELDS, "graph_layers", *SCORES}


NOT_CARDS: dict[str, str | None] = {
    "no text": None,
    "empty text": "",
    "invalid JSON": "{",
    "a list": "[]",
    "a string": '"card"',
    "null": "null",
    "no version": "{}",
    "nested lists": "[" * 100_000,
    "nested objects": '{"a":' * 100_000,
    "closed nested lists": "[" * 100_000 + "]" * 100_000,
    "a number of 5,000 digits": changed(("training",), {"seed": 0}).replace('"seed": 0', f'"seed": {"9" * 5_000}'),
    "a raw lone surrogate": json.dumps(VALID, ensure_ascii=False).replace('"fake"', '"\udc80"'),
}


@pytest.mark.parametrize("what", NOT_CARDS)
def test_text_that_is_not_a_card(what: str):
    """It raises InvalidModel."""
    with pytest.raises(InvalidModel):
        ModelCard.parse(NOT_CARDS[what])


@pytest.mark.parametrize(("activation", "expected"), [("softmax", True), ("sigmoid", False)])
def test_activation(activation: str, expected: bool):
    """The probabilities of sigmoids need not sum to 1."""
    assert ModelCard.parse(json.dumps(VALID | {"activation": activation})).sums_to_one is expected


INVALID = {
    "an unknown activation": (("activation",), "tanh", "softmax, sigmoid"),
    "activation a list": (("activation",), ["softmax"], "softmax, sigmoid"),
    "card version 2": (("card",), 2, "1"),
    "card version true": (("card",), True, "1"),
    "card version 1.0": (("card",), 1.0, "1"),
    "name a number": (("name",), 7, "'name'"),
    "name empty": (("name",), "", "name"),
    "name a lone surrogate": (("name",), "\ud800", ""),
    "created null": (("created",), None, "'created'"),
    "a lone surrogate far in": (("training", "recipe"), ["\udfff"], ""),
    "a lone surrogate as a key": (("report",), {"\ud800": 1}, ""),
    "labels a string": (("labels",), "ab", "'labels'"),
    "one label": (("labels",), ["a"], "labels"),
    "labels of numbers": (("labels",), [0, 1], "labels"),
    "an empty label": (("labels",), ["a", ""], "labels"),
    "a label twice": (("labels",), ["a", "b", "a"], "labels"),
    "image a list": (("image",), [28, 28, 1], "'image'"),
    "images of 32×32": (("image",), {"height": 32, "width": 32, "normalization": NORMALIZATION_VERSION}, "28×28"),
    "images of 28×29": (("image", "width"), 29, "28×28"),
    "height 28.0": (("image", "height"), 28.0, "28×28"),
    "old normalization": (
        ("image", "normalization"),
        NORMALIZATION_VERSION - 1,
        VERSION,
    ),
    "normalization true": (("image", "normalization"), True, VERSION),
    "no normalization": (("image", "normalization"), GONE, "'normalization'"),
    "crop null": (("crop",), None, "'crop'"),
    "crop of 0": (("crop", "size"), 0, "crop size.* 28"),
    "crop of 29": (("crop", "size"), 29, "crop size.* 28"),
    "crop true": (("crop", "size"), True, "crop size.* 28"),
    "offsets an object": (("crop", "offsets"), {"1": 1}, "offsets"),
    "no offsets": (("crop", "offsets"), [], "offsets"),
    "an offset of one": (("crop", "offsets", 1), [1], r"\[top, left\]"),
    "an offset of three": (("crop", "offsets", 1), [1, 1, 1], r"\[top, left\]"),
    "an offset a string": (("crop", "offsets", 1), "13", r"\[top, left\]"),
    "an offset of booleans": (("crop", "offsets", 1), [True, False], r"\[top, left\]"),
    "an offset of fractions": (("crop", "offsets", 1), [1.0, 3.0], r"\[top, left\]"),
    "a negative offset": (("crop", "offsets", 1), [-1, 0], "0 to 4"),
    "an offset outside": (("crop", "offsets", 1), [0, 5], "0 to 4"),
    "an offset twice": (("crop", "offsets", 1), [3, 3], "offsets"),
    "more offsets than windows": (("crop", "offsets"), [[0, 0]] * 26, "offsets"),
    "layers an object": (("layers",), {}, "'layers'"),
    "layers of strings": (("layers",), ["dense"], "layers"),
    "graph layers an object": (("graph_layers",), {}, "graph_layers"),
    "graph layers of strings": (("graph_layers",), ["dense"], "graph_layers"),
    "training a string": (("training",), "long", "'training'"),
    "report null": (("report",), None, "'report'"),
    "report a list": (("report",), [], "'report'"),
    "known a number": (("known",), 0.5, "'known'"),
    "no threshold": (("known", "threshold"), GONE, "'threshold'"),
    "threshold NaN": (("known", "threshold"), float("nan"), ""),
    "threshold infinite": (("known", "threshold"), float("inf"), ""),
    "threshold 1.5": (("known", "threshold"), 1.5, "threshold"),
    "threshold true": (("known", "threshold"), True, "threshold"),
    "threshold a string": (("known", "threshold"), "0.5", "threshold"),
    "an unknown score": (("known", "score"), "luck", "confidence, divergence"),
    "score a list": (("known", "score"), ["confidence"], "confidence, divergence"),
    "score null": (("known", "score"), None, "confidence, divergence"),
    "NaN elsewhere": (("report", "accuracy"), float("nan"), ""),
    "a number beyond 64 bits": (("training", "seed"), 2**64, "64"),
    "too deep": (("training", "recipe"), nested(MAX_DEPTH - 1), "100"),
} | {f"no {key}": ((key,), GONE, key if key != "card" else "") for key in VALID if key != "graph_layers"}
"""Path of the changed part, its new value, and the field or number that the message names."""


@pytest.mark.parametrize("what", INVALID)
def test_invalid_card(what: str):
    """It raises InvalidModel with a short message that can be encoded."""
    path, value, detail = INVALID[what]
    with pytest.raises(InvalidModel, match=detail or None) as caught:
        ModelCard.parse(changed(path, value))
    assert len(str(caught.value).encode()) < 250


def test_long_values_are_truncated_in_messages():
    """A message quotes at most a few characters of a value."""
    for path, value in ((("name",), ["x"] * 10_000), (("image", "height"), "x" * 10_000), (("crop", "offsets"), "x" * 10_000)):
        with pytest.raises(InvalidModel) as caught:
            ModelCard.parse(changed(path, value))
        assert len(str(caught.value)) < 250


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
surrogates = st.text(st.characters(categories=["Cs"]), min_size=1, max_size=2)
values = st.recursive(
    scalars | surrogates, lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=5), part, max_size=4)
)


def parse_or_reject(text: str) -> None:
    """Parse a text: it raises InvalidModel, or returns a usable card that can be encoded again."""
    try:
        card = ModelCard.parse(text)
    except InvalidModel:
        return
    for choice in CROP_CHOICES:
        assert all(0 <= value <= 28 - card.crop_size for offset in crop_offsets(card, choice) for value in offset)
    assert 0 <= card.threshold <= 1
    assert ModelCard.parse(json.dumps(card.raw, ensure_ascii=False, allow_nan=False)).raw == card.raw


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(paths(VALID)), st.just(GONE) | values)
def test_random_change(path: tuple, value: object):
    """A card with one part replaced or removed is rejected or usable."""
    parse_or_reject(changed(path, value))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(list(VALID)), values) | values)
def test_random_json(value: object):
    """Any JSON, also with the card's keys, is rejected or usable."""
    parse_or_reject(json.dumps(value))
    if isinstance(value, dict):
        parse_or_reject(json.dumps(VALID | value))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30), st.integers(0, 600), st.integers(0, 30))
def test_damaged_text(text: str, start: int, length: int):
    """A card whose text is partly overwritten is rejected or usable."""
    whole = json.dumps(VALID)
    parse_or_reject(whole[:start] + text + whole[start + length :])
