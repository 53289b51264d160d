"""The card: what is refused, what is kept, and that nothing but BadModel ever comes out."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.errors import BadModel
from inkling.imaging.normalization import NORMALISATION_VERSION
from inkling.models.crops import CHOICES, offsets
from inkling.models.model_card import CARD_KEY, DEEPEST, Card
from tests.support.fake_model import fake_card

VALID = fake_card(["a", "b", "ß"])
GONE = object()


def paths(value: object, path: tuple = ()) -> list[tuple]:
    """The way to every part of a JSON value, itself left out."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way for key, part in parts for way in [(*path, key), *paths(part, (*path, key))]]


def changed(path: tuple, value: object) -> str:
    """The valid card's text with one part replaced, or taken out where the value is GONE."""
    card = copy.deepcopy(VALID)
    *way, last = path
    part = card
    for key in way:
        part = part[key]
    if value is GONE:
        del part[last]
    else:
        part[last] = value
    return json.dumps(card)


def nested(levels: int) -> list:
    """A list in a list in a list."""
    value: list = []
    for _ in range(levels - 1):
        value = [value]
    return value


def test_a_valid_card_is_kept_whole():
    """Its parts are what stands in the file, and so are the fields."""
    card = Card.parse(json.dumps(VALID))
    assert card.fields == VALID
    assert (card.name, card.created, card.labels) == (VALID["name"], VALID["created"], VALID["labels"])
    assert (card.image_height, card.image_width, card.crop_size) == (28, 28, 24)
    assert card.offsets == [(1, 1), (1, 3), (3, 1), (3, 3)]
    assert card.threshold == 0.5


def test_a_card_may_hold_more():
    """Other fields stay, and 64-bit numbers, depth and any script are fine."""
    more = {"note": "Größe ≥ 1 ✏️", "seed": 2**63, "least": -(2**63), "deep": nested(DEEPEST - 2)}
    card = fake_card(["a", "b"], training=more, extra=[None, True])
    assert Card.parse(json.dumps(card)).fields == card
    assert Card.parse(json.dumps(card, ensure_ascii=False)).fields == card


TEXTS = {
    "no card": (None, CARD_KEY),
    "nothing": ("", "JSON"),
    "no JSON": ("{", "JSON"),
    "a list": ("[]", "JSON object"),
    "a string": ('"card"', "JSON object"),
    "null": ("null", "JSON object"),
    "no version": ("{}", "version"),
    "a tower of lists": ("[" * 100_000, "JSON"),
    "a tower of objects": ('{"a":' * 100_000, "JSON"),
    "a closed tower": ("[" * 100_000 + "]" * 100_000, "JSON"),
    "a number of 5,000 digits": (changed(("training",), {"seed": 0}).replace('"seed": 0', f'"seed": {"9" * 5_000}'), "JSON"),
    "a lone surrogate raw": (json.dumps(VALID, ensure_ascii=False).replace('"fake"', '"\udc80"'), "UTF-8"),
}


@pytest.mark.parametrize("what", TEXTS)
def test_what_is_no_card_is_refused(what: str):
    """Any text, and none at all."""
    text, word = TEXTS[what]
    with pytest.raises(BadModel, match=f"^Expected .*{word}"):
        Card.parse(text)


BROKEN = {
    "card version 2": (("card",), 2, "version 1"),
    "card version true": (("card",), True, "version 1"),
    "card version 1.0": (("card",), 1.0, "version 1"),
    "name a number": (("name",), 7, "'name' is a string"),
    "name empty": (("name",), "", "name"),
    "name a lone surrogate": (("name",), "\ud800", "UTF-8"),
    "created null": (("created",), None, "'created' is a string"),
    "a lone surrogate far in": (("training", "recipe"), ["\udfff"], "UTF-8"),
    "a lone surrogate as a key": (("report",), {"\ud800": 1}, "UTF-8"),
    "labels a string": (("labels",), "ab", "'labels' is a list"),
    "one label": (("labels",), ["a"], "at least two labels"),
    "labels of numbers": (("labels",), [0, 1], "each a string"),
    "an empty label": (("labels",), ["a", ""], "each a string"),
    "a label twice": (("labels",), ["a", "b", "a"], "twice"),
    "image a list": (("image",), [28, 28, 1], "'image' is an object"),
    "images of 32×32": (("image",), {"height": 32, "width": 32, "normalisation": NORMALISATION_VERSION}, "28×28"),
    "images of 28×29": (("image", "width"), 29, "28×28"),
    "height 28.0": (("image", "height"), 28.0, "28×28"),
    "an older normalisation": (("image", "normalisation"), NORMALISATION_VERSION - 1, f"normalisation {NORMALISATION_VERSION}"),
    "normalisation true": (("image", "normalisation"), True, f"normalisation {NORMALISATION_VERSION}"),
    "no normalisation": (("image", "normalisation"), GONE, "'normalisation'"),
    "crop null": (("crop",), None, "'crop' is an object"),
    "crop of 0": (("crop", "size"), 0, "fits into the image"),
    "crop of 29": (("crop", "size"), 29, "fits into the image"),
    "crop true": (("crop", "size"), True, "fits into the image"),
    "offsets an object": (("crop", "offsets"), {"1": 1}, "in a list"),
    "no offsets": (("crop", "offsets"), [], "at least one offset"),
    "an offset of one": (("crop", "offsets", 1), [1], r"\[top, left\]"),
    "an offset of three": (("crop", "offsets", 1), [1, 1, 1], r"\[top, left\]"),
    "an offset a string": (("crop", "offsets", 1), "13", r"\[top, left\]"),
    "an offset of booleans": (("crop", "offsets", 1), [True, False], r"\[top, left\]"),
    "an offset of fractions": (("crop", "offsets", 1), [1.0, 3.0], r"\[top, left\]"),
    "a negative offset": (("crop", "offsets", 1), [-1, 0], "inside of the image, 0 to 4"),
    "an offset outside": (("crop", "offsets", 1), [0, 5], "inside of the image, 0 to 4"),
    "an offset twice": (("crop", "offsets", 1), [3, 3], "twice"),
    "more offsets than windows": (("crop", "offsets"), [[0, 0]] * 26, "twice"),
    "layers an object": (("layers",), {}, "'layers' is a list"),
    "layers of strings": (("layers",), ["dense"], "layers are objects"),
    "training a string": (("training",), "long", "'training' is an object"),
    "report null": (("report",), None, "'report' is an object"),
    "report a list": (("report",), [], "'report' is an object"),
    "known a number": (("known",), 0.5, "'known' is an object"),
    "no threshold": (("known", "threshold"), GONE, "'threshold'"),
    "threshold NaN": (("known", "threshold"), float("nan"), "finite"),
    "threshold infinite": (("known", "threshold"), float("inf"), "finite"),
    "threshold 1.5": (("known", "threshold"), 1.5, "between 0 and 1"),
    "threshold true": (("known", "threshold"), True, "between 0 and 1"),
    "threshold a string": (("known", "threshold"), "0.5", "between 0 and 1"),
    "an unknown score": (("known", "score"), "luck", "out of confidence, divergence"),
    "score a list": (("known", "score"), ["confidence"], "out of confidence, divergence"),
    "score null": (("known", "score"), None, "out of confidence, divergence"),
    "NaN elsewhere": (("report", "accuracy"), float("nan"), "finite"),
    "a number beyond 64 bits": (("training", "seed"), 2**64, "64-bit"),
    "too deep": (("training", "recipe"), nested(DEEPEST - 1), "levels deep"),
} | {f"no {key}": ((key,), GONE, key if key != "card" else "version") for key in VALID}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_card_is_refused(what: str):
    """Each rule has its sentence, of bounded length, that can be sent."""
    path, value, words = BROKEN[what]
    with pytest.raises(BadModel, match=f"^Expected .*{words}") as caught:
        Card.parse(changed(path, value))
    assert ". Received " in str(caught.value)
    assert len(str(caught.value).encode()) < 250


def test_a_long_value_does_not_make_a_long_sentence():
    """Whatever a field holds, the refusal quotes little of it."""
    for path, value in ((("name",), ["x"] * 10_000), (("image", "height"), "x" * 10_000), (("crop", "offsets"), "x" * 10_000)):
        with pytest.raises(BadModel) as caught:
            Card.parse(changed(path, value))
        assert len(str(caught.value)) < 250


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
surrogates = st.text(st.characters(categories=["Cs"]), min_size=1, max_size=2)
values = st.recursive(
    scalars | surrogates, lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=5), part, max_size=4)
)


def parse_or_refuse(text: str) -> None:
    """A text is refused with BadModel, or gives a card that can be answered with and written again."""
    try:
        card = Card.parse(text)
    except BadModel:
        return
    for choice in CHOICES:
        assert all(0 <= corner <= 28 - card.crop_size for offset in offsets(card, choice) for corner in offset)
    assert 0 <= card.threshold <= 1
    assert Card.parse(json.dumps(card.fields, ensure_ascii=False, allow_nan=False)).fields == card.fields


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(paths(VALID)), st.just(GONE) | values)
def test_no_change_of_one_part_does_harm(path: tuple, value: object):
    """A card with one part replaced or taken out is refused, or good."""
    parse_or_refuse(changed(path, value))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(list(VALID)), values) | values)
def test_no_structure_does_harm(value: object):
    """Any JSON, also with the card's own keys."""
    parse_or_refuse(json.dumps(value))
    if isinstance(value, dict):
        parse_or_refuse(json.dumps(VALID | value))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30), st.integers(0, 600), st.integers(0, 30))
def test_no_damage_to_the_text_does_harm(text: str, start: int, length: int):
    """A stretch of the card's text overwritten with anything."""
    whole = json.dumps(VALID)
    parse_or_refuse(whole[:start] + text + whole[start + length :])
