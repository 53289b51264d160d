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
from inkling.imaging.foreground import extract_foreground
from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import SMOKE_STROKES
from tests.support.synthetic_photos.conditions import CONDITIONS, mixed_scene
from tests.support.synthetic_photos.layout import layout_drawing
from tests.support.synthetic_photos.paper import RuledLines
from tests.support.synthetic_photos.photograph import Scene, photograph

MODEL = Path(__file__).parents[3] / "models" / "digits.onnx"

DISTORTED = {"lined, slanted", "slanted"}
"""Conditions that change the drawing's shape, and with it the image."""

FAST_CONDITIONS = {"plain", "soft shadow", "squared", "pencil", "table", "blackboard"}
"""Conditions that always run; the others are slow."""

Drawing = tuple[str, list[np.ndarray]]


def mark_slow(names: list[str], fast: set[str]) -> list:
    """Parameters for all names, marked slow except for the given ones."""
    return [pytest.param(name, marks=[] if name in fast else pytest.mark.slow) for name in names]


@pytest.fixture(scope="module")
def drawings(data_folder: Path) -> list[Drawing]:
    """Labels and strokes of 200 drawings by many writers, chosen with a fixed seed."""
    rng, found = np.random.default_rng(0), []
    for name in ("pendigits", "unipen"):
        lines = gzip.decompress((data_folder / "strokes" / f"{name}.jsonl.gz").read_bytes()).splitlines()
        for index in rng.choice(len(lines), 100, replace=False):
            line = json.loads(lines[index])
            found.append((line["label"], [np.array(stroke, float) for stroke in line["strokes"] if stroke]))
    return [found[index] for index in rng.permutation(len(found))]


def make_rng(name: str) -> np.random.Generator:
    """A generator seeded with a name."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def image_of_drawing(strokes: list[np.ndarray], pen_width: float) -> np.ndarray:
    """The image of a drawing as from a canvas."""
    extent = np.ptp(np.concatenate(strokes), axis=0).max()
    return normalize(rasterize(strokes, max(1, pen_width / max(extent, 1) * 200)))


def photograph_drawing(strokes: list[np.ndarray], scene: Scene, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The image of a photograph of a drawing, and that of the drawing alone."""
    placed, shape, pen_width = layout_drawing(strokes, rng)
    try:
        image = normalize(decode(photograph(placed, shape, pen_width, scene, rng), Limits()))
    except EmptyPicture:
        image = np.zeros((28, 28), np.uint8)
    return image, image_of_drawing(placed, pen_width)


@pytest.mark.parametrize("name", mark_slow(list(CONDITIONS), FAST_CONDITIONS))
def test_photograph_gives_the_image_of_its_drawing(name: str) -> None:
    """Five photographs of a seven give nearly its image from a canvas."""
    rng = make_rng(name)
    for _ in range(5):
        image, expected = photograph_drawing(SMOKE_STROKES, CONDITIONS[name], rng)
        assert np.abs(image.astype(int) - expected).mean() < (30 if name in DISTORTED else 14)


ALL_SCENES = [*CONDITIONS, *(f"mixed {index}" for index in range(6))]
FAST_SCENES = ["squared", "table", "mixed 0"]


@pytest.mark.parametrize("names", [FAST_SCENES, pytest.param(ALL_SCENES, marks=pytest.mark.slow)], ids=["sample", "all"])
def test_photographs_are_predicted_like_their_drawings(drawings: list[Drawing], names: list[str]) -> None:
    """Of the drawings that are predicted correctly from a canvas, 95 % are from photographs."""
    predictor, counts = Predictor(MODEL), {}
    for name in names:
        rng = make_rng(name)
        triples = []
        for label, strokes in drawings[:8]:
            scene = CONDITIONS[name] if name in CONDITIONS else mixed_scene(rng)
            triples.append((label, *photograph_drawing(strokes, scene, rng)))
        labels = np.array([label for label, _, _ in triples])
        correct = []
        for column in (1, 2):
            winners = predictor.predict(np.array([triple[column] for triple in triples])).probabilities.argmax(1)
            correct.append(np.array(predictor.card.labels)[winners] == labels)
        counts[name] = int((correct[0] & correct[1]).sum()), int(correct[1].sum())
    from_photographs, from_canvases = np.sum(list(counts.values()), axis=0)
    assert from_canvases > 8 * len(names) * 5 / 6
    assert from_photographs >= 0.95 * from_canvases, counts


BLANK = {
    "plain": Scene(),
    "gradient": Scene(gradient=0.9),
    "soft shadow": Scene(shadow=0.6, shadow_softness=0.6),
    "noise": Scene(noise=1.0, exposure=0.4),
    "lined": Scene(ruled_lines=RuledLines(0.13, 0.5)),
    "squared": Scene(ruled_lines=RuledLines(0.1, 0.5, True)),
    "recycled": Scene(paper="recycled", roughness=1.0),
    "blackboard": Scene(is_blackboard=True, roughness=1.0),
}


@pytest.mark.parametrize("kind", mark_slow(list(BLANK), {"plain", "soft shadow", "squared"}))
def test_photograph_of_blank_paper_is_empty(kind: str) -> None:
    """Light, shadows, noise and ruled lines raise EmptyPicture."""
    rng = make_rng(kind)
    for side in (160, 300, 520):
        picture = decode(photograph([], (side, side), 8, BLANK[kind], rng), Limits())
        with pytest.raises(EmptyPicture):
            normalize(picture)


@pytest.mark.parametrize("name", mark_slow(list(CONDITIONS), FAST_CONDITIONS))
def test_polarity_of_a_photograph_does_not_matter(name: str) -> None:
    """A negative gives the same image."""
    rng = make_rng(name)
    placed, shape, pen_width = layout_drawing(SMOKE_STROKES, rng)
    picture = decode(photograph(placed, shape, pen_width, CONDITIONS[name], rng), Limits())
    assert np.array_equal(normalize(255 - picture), normalize(picture))


@pytest.mark.parametrize("name", ["plain", "hard shadow", "squared", "table", "blackboard"])
def test_foreground_is_where_the_pen_was(name: str) -> None:
    """Pixels that the pen covered are ink, and pixels between the strokes are not."""
    rng, strokes = make_rng(name), [np.array([[100.0, 60.0], [100.0, 240.0]]), np.array([[150.0, 60.0], [220.0, 200.0]])]
    scene = replace(CONDITIONS[name], tilt=0, dust=0)
    picture = decode(photograph(strokes, (300, 300), 14, scene, rng), Limits())
    ink = extract_foreground(picture)
    assert ink.shape == picture.shape
    assert ink.dtype == np.uint8
    assert (ink[70:230, 98:103] > 128).mean() > 0.95
    assert (ink[90:200, 118:135] > 77).mean() < 0.02


@pytest.mark.parametrize("shape", [pytest.param((1000, 1000), marks=pytest.mark.slow), (40, 1023), (1023, 33), (333, 500)])
@pytest.mark.parametrize("kind", ["noise", "two levels", "stripes", "checks"])
def test_any_picture_can_be_normalized(shape: tuple[int, int], kind: str) -> None:
    """Noise and patterns give an image or raise EmptyPicture."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[: shape[0], : shape[1]]
    picture = {
        "noise": rng.integers(0, 256, shape),
        "two levels": rng.integers(0, 2, shape) * 255,
        "stripes": (y // 3 % 2) * 200,
        "checks": ((x // 5 + y // 5) % 2) * 255,
    }[kind].astype(np.uint8)
    try:
        image = normalize(picture)
    except EmptyPicture:
        return
    assert image.shape == (28, 28)
    assert np.array_equal(normalize(image), image)
