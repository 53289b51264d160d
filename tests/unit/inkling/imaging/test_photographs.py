"""Photographs: real drawings on synthetic paper, from the picture file to the image and to the label."""

import gzip
import json
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inkling.errors import EmptyPicture
from inkling.imaging.decoding import decode
from inkling.imaging.foreground import find_ink
from inkling.imaging.normalization import normalise
from inkling.imaging.strokes import render
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import STROKES
from tests.support.synthetic_photos.conditions import CONDITIONS, mixed
from tests.support.synthetic_photos.hands import laid_out
from tests.support.synthetic_photos.photograph import Scene, photograph
from tests.support.synthetic_photos.sheet import Rules

MODEL = Path(__file__).parents[4] / "models" / "digits.onnx"
TURNED = {"lined, slanted", "slanted"}
"""Conditions that change the drawing's shape, and with it the image."""

Drawing = tuple[str, list[np.ndarray]]


@pytest.fixture(scope="module")
def drawings(data_folder: Path) -> list[Drawing]:
    """Labels and strokes of 200 drawings of many hands (seeded)."""
    rng, found = np.random.default_rng(0), []
    for name in ("pendigits", "unipen"):
        lines = gzip.decompress((data_folder / "strokes" / f"{name}.jsonl.gz").read_bytes()).splitlines()
        for index in rng.choice(len(lines), 100, replace=False):
            line = json.loads(lines[index])
            found.append((line["label"], [np.array(stroke, float) for stroke in line["strokes"] if stroke]))
    return [found[index] for index in rng.permutation(len(found))]


def seeded(name: str) -> np.random.Generator:
    """Chance that is the same in every run."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def clean(strokes: list[np.ndarray], pen: float) -> np.ndarray:
    """The image of the same drawing as a canvas gives it."""
    extent = np.ptp(np.concatenate(strokes), axis=0).max()
    return normalise(render(strokes, pen=max(1, pen / max(extent, 1) * 200)))


def taken(strokes: list[np.ndarray], scene: Scene, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The image of a photograph of a drawing, and that of the drawing alone."""
    placed, shape, pen = laid_out(strokes, rng)
    try:
        image = normalise(decode(photograph(placed, shape, pen, scene, rng), Limits()))
    except EmptyPicture:
        image = np.zeros((28, 28), np.uint8)
    return image, clean(placed, pen)


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_photograph_gives_the_image_of_its_drawing(name: str):
    """Of one seven, five times: but for noise it is as if drawn on a canvas."""
    rng = seeded(name)
    for _ in range(5):
        image, expected = taken(STROKES, CONDITIONS[name], rng)
        assert np.abs(image.astype(int) - expected).mean() < (30 if name in TURNED else 14)


def test_photographs_are_read_as_their_drawings_are(drawings: list[Drawing]):
    """Of the drawings that the model reads from a canvas it reads 95 % from photographs of all conditions."""
    predictor, counts = Predictor(MODEL), {}
    for name, scene in [*CONDITIONS.items(), *((f"mixed {index}", None) for index in range(6))]:
        rng = seeded(name)
        pairs = [(label, *taken(strokes, scene or mixed(rng), rng)) for label, strokes in drawings[:8]]
        read = [predictor.predict(np.array([pair[side] for pair in pairs])).probabilities.argmax(1) for side in (1, 2)]
        right = [np.array([predictor.card.labels[best] for best in side]) == [pair[0] for pair in pairs] for side in read]
        counts[name] = int((right[0] & right[1]).sum()), int(right[1].sum())
    photographs, canvases = np.sum(list(counts.values()), axis=0)
    assert canvases > 200
    assert photographs >= 0.95 * canvases, counts


BLANK = {
    "plain": Scene(),
    "gradient": Scene(gradient=0.9),
    "soft shadow": Scene(shadow=0.6, softness=0.6),
    "noise": Scene(noise=1.0, exposure=0.4),
    "lined": Scene(rules=Rules(0.13, 0.5)),
    "squared": Scene(rules=Rules(0.1, 0.5, True)),
    "recycled": Scene(tint="recycled", roughness=1.0),
    "blackboard": Scene(board=True, roughness=1.0),
}


@pytest.mark.parametrize("what", BLANK)
def test_a_photograph_of_blank_paper_is_empty(what: str):
    """Light, shade, noise and rules are no writing."""
    rng = seeded(what)
    for side in (160, 300, 520):
        picture = decode(photograph([], (side, side), 8, BLANK[what], rng), Limits())
        with pytest.raises(EmptyPicture, match=r"^Expected .* Received "):
            normalise(picture)


@pytest.mark.parametrize("name", CONDITIONS)
def test_polarity_does_not_matter_to_a_photograph(name: str):
    """Its negative gives the same image."""
    rng = seeded(name)
    placed, shape, pen = laid_out(STROKES, rng)
    picture = decode(photograph(placed, shape, pen, CONDITIONS[name], rng), Limits())
    assert np.array_equal(normalise(255 - picture), normalise(picture))


@pytest.mark.parametrize("name", ["plain", "hard shadow", "squared", "table", "blackboard"])
def test_ink_lies_where_it_was_drawn(name: str):
    """An array of the picture's shape: what the pen covered is ink, what it did not touch is none."""
    rng, strokes = seeded(name), [np.array([[100.0, 60.0], [100.0, 240.0]]), np.array([[150.0, 60.0], [220.0, 200.0]])]
    scene = replace(CONDITIONS[name], slant=0, dust=0)
    picture = decode(photograph(strokes, (300, 300), 14, scene, rng), Limits())
    ink = find_ink(picture)
    assert ink.shape == picture.shape
    assert ink.dtype == np.uint8
    assert (ink[70:230, 98:103] > 128).mean() > 0.95
    assert (ink[90:200, 118:135] > 77).mean() < 0.02


@pytest.mark.parametrize("shape", [(1000, 1000), (40, 1023), (1023, 33), (333, 500)])
@pytest.mark.parametrize("kind", ["noise", "two tones", "stripes", "checks"])
def test_any_picture_is_answered(shape: tuple[int, int], kind: str):
    """Pictures of noise and of patterns give an image or are empty: nothing grows with what is in them."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[: shape[0], : shape[1]]
    picture = {
        "noise": rng.integers(0, 256, shape),
        "two tones": rng.integers(0, 2, shape) * 255,
        "stripes": (y // 3 % 2) * 200,
        "checks": ((x // 5 + y // 5) % 2) * 255,
    }[kind].astype(np.uint8)
    try:
        image = normalise(picture)
    except EmptyPicture:
        return
    assert image.shape == (28, 28)
    assert np.array_equal(normalise(image), image)
