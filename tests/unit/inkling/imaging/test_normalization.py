"""Normalization: the contract of an image, and changes to a picture that must not matter."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw

from inkling.errors import EmptyPicture, InvalidInput
from inkling.imaging.illumination import normalize_background
from inkling.imaging.normalization import CENTER_OF_MASS, GLYPH_SIDE, fit_canvas, is_normalized, normalize, normalize_batch
from inkling.imaging.strokes import rasterize
from inkling.imaging.thresholding import MIN_CONTRAST
from inkling.models.smoke_test import SMOKE_STROKES, smoke_image

OFF_CENTER = 19_841
"""The only image of MNIST's training set whose center of mass is more than half a pixel off."""

FEW = settings(max_examples=80, deadline=None)


def shapes(max_side: int) -> st.SearchStrategy:
    """Heights and widths."""
    return st.tuples(st.integers(1, max_side), st.integers(1, max_side))


noise = arrays.arrays(np.uint8, shapes(12) | st.just((28, 28)))
few_levels = st.lists(st.integers(0, 255), min_size=2, max_size=4).flatmap(
    lambda levels: arrays.arrays(np.uint8, shapes(30), elements=st.sampled_from(levels))
)
pictures = noise | few_levels


@st.composite
def two_level_drawings(draw: st.DrawFn) -> tuple[np.ndarray, int]:
    """A drawing in two gray levels with a border of paper, and the paper's level."""
    paper, ink = draw(st.sampled_from([(255, 0), (0, 255), (200, 90), (40, 80)]))
    mask = draw(arrays.arrays(bool, shapes(20)))
    assume(mask.any())
    assume(mask.mean() < 0.9)
    return np.pad(np.where(mask, ink, paper).astype(np.uint8), 2, constant_values=paper), paper


def normalize_or_none(picture: np.ndarray) -> bytes | None:
    """The image of a picture, or None without ink."""
    try:
        return normalize(picture).tobytes()
    except EmptyPicture:
        return None


@FEW
@given(pictures)
def test_image_fulfills_its_contract(picture: np.ndarray) -> None:
    """An image is uint8 28×28, its ink spans 20 (or 19) pixels around the center, and it is a fixed point."""
    before = picture.copy()
    assume(normalize_or_none(picture) is not None)
    image = normalize(picture)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert is_normalized(image[None]).all()
    assert np.array_equal(normalize(image), image)
    assert np.array_equal(picture, before)
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (GLYPH_SIDE, GLYPH_SIDE - 1)


def border_of(picture: np.ndarray) -> np.ndarray:
    """The outermost pixels of a picture."""
    return np.concatenate([picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]])


def is_tie(picture: np.ndarray) -> bool:
    """Whether a threshold splits both border and picture in halves, or two thresholds are equally good."""
    border = border_of(picture)
    levels, counts = np.unique(picture, return_counts=True)
    halves = any((border <= level).mean() == 0.5 and (picture <= level).mean() == 0.5 for level in levels)
    mirrored = len(levels) > 2 and np.array_equal(counts, counts[::-1]) and len(set(levels + levels[::-1].astype(int))) == 1
    return halves or mirrored


@settings(max_examples=200, deadline=None)
@given(pictures)
def test_polarity_does_not_matter(picture: np.ndarray) -> None:
    """A negative gives the same image, and is empty if the picture is."""
    assume(not is_tie(picture))
    assert normalize_or_none(255 - picture) == normalize_or_none(picture)


TIES_ON_THE_BORDER = [
    [[0, 0, 255, 255]] * 2 + [[0, 255, 255, 255]] + [[0, 0, 255, 255]],
    [[10, 200, 10], [200, 200, 10], [10, 200, 200], [200, 200, 10]],
]


@pytest.mark.parametrize("levels", TIES_ON_THE_BORDER)
def test_tie_on_the_border_is_decided_by_the_whole_picture(levels: list[list[int]]) -> None:
    """The majority of all pixels is the paper, in either polarity."""
    picture = np.array(levels, np.uint8)
    dark = picture < 128
    assert (border_of(picture) < 128).mean() == 0.5
    assert dark.mean() < 0.5
    assert np.array_equal(normalize(picture), normalize(np.where(dark, 0, 255).astype(np.uint8)))
    assert np.array_equal(normalize(255 - picture), normalize(picture))


@pytest.mark.parametrize("pen", [3, 4])
@pytest.mark.parametrize("inverted", [False, True])
def test_small_picture_cropped_to_a_round_stroke(pen: int, inverted: bool) -> None:
    """Most of its border is ink, but its corners are paper: the image is that of the picture with a margin."""
    large = Image.new("L", (120, 120), 255)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, 119, 119), radius=40, outline=0, width=10 * pen)
    picture = np.asarray(large.resize((12, 12), Image.Resampling.BOX))
    assert (border_of(picture) < 128).mean() > 0.5
    framed = np.pad(picture, 6, constant_values=255)
    picture, framed = (255 - picture, 255 - framed) if inverted else (picture, framed)
    np.testing.assert_allclose(normalize(picture).astype(int), normalize(framed).astype(int), atol=2)


def test_small_picture_is_smoothed() -> None:
    """An aliased stroke of a few pixels has soft edges, as in MNIST, and the image is a fixed point."""
    small = np.full((12, 9), 255, np.uint8)
    small[2:10, 4] = small[2, 2:6] = 0
    for image in (normalize(small), normalize(small[1:-1, 1:-1])):
        steps = np.abs(np.diff(image.astype(int), axis=1)).max()
        assert 60 < steps < 180
        assert is_normalized(image[None])[0]


def test_negative_of_a_faint_image_is_the_same_image() -> None:
    """Even if its ink is mostly too faint to count in a picture."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 5:24] = 20
    image[14, 14] = 2 * MIN_CONTRAST
    assert is_normalized(image[None]).all()
    assert np.array_equal(normalize(image), image)
    assert np.array_equal(normalize(255 - image), image)


@FEW
@given(two_level_drawings(), st.tuples(*[st.integers(0, 40)] * 4))
def test_position_on_the_sheet_does_not_matter(drawing: tuple[np.ndarray, int], margins: tuple[int, int, int, int]) -> None:
    """Additional margins do not change the image."""
    picture, paper = drawing
    top, bottom, left, right = margins
    padded = np.pad(picture, ((top, bottom), (left, right)), constant_values=paper)
    assume(padded.shape != (28, 28))  # could be an image already, which is returned unchanged
    assert np.array_equal(normalize(padded), normalize(picture))


@FEW
@given(two_level_drawings(), st.sampled_from([(255, 0), (0, 255), (180, 100), (0, MIN_CONTRAST)]))
def test_gray_levels_do_not_matter(drawing: tuple[np.ndarray, int], levels: tuple[int, int]) -> None:
    """Other levels of paper and ink do not change the image."""
    picture, paper = drawing
    other = np.where(picture == paper, *levels).astype(np.uint8)
    assert np.array_equal(normalize(other), normalize(picture))


def test_size_hardly_matters() -> None:
    """A drawing enlarged two, three and four times gives nearly the same image."""
    plain = normalize(rasterize(SMOKE_STROKES)).astype(int)
    for factor in (2, 3, 4):
        larger = normalize(np.kron(rasterize(SMOKE_STROKES), np.ones((factor, factor), np.uint8)))
        assert np.abs(larger - plain).mean() < 4


BLANK = {
    "white": np.full((40, 30), 255, np.uint8),
    "black": np.zeros((40, 30), np.uint8),
    "one pixel": np.full((1, 1), 7, np.uint8),
    "black 28×28": np.zeros((28, 28), np.uint8),
    "noise": np.random.default_rng(0).integers(200, 200 + MIN_CONTRAST, (50, 50)).astype(np.uint8),
    "faint ink": np.pad(np.full((9, 9), 255 - MIN_CONTRAST + 1, np.uint8), 5, constant_values=255),
}


@pytest.mark.parametrize("kind", BLANK)
def test_blank_picture_is_empty(kind: str) -> None:
    """A blank picture raises EmptyPicture in either polarity and is left out of a batch."""
    with pytest.raises(EmptyPicture):
        normalize(BLANK[kind])
    with pytest.raises(EmptyPicture):
        normalize(255 - BLANK[kind])
    assert [len(part) for part in normalize_batch(BLANK[kind][None])] == [0, 0]


def test_ink_that_vanishes_when_scaled_is_empty() -> None:
    """Single pixels far apart."""
    ink = np.zeros((2_000, 2_000), np.uint8)
    ink[[0, -1], [0, -1]] = 255
    with pytest.raises(EmptyPicture):
        fit_canvas(ink)


@pytest.mark.parametrize("shape", [(1, 1), (4, 40), (40, 2)])
def test_background_of_tiny_pictures(shape: tuple[int, int]) -> None:
    """They have too few pixels to estimate the noise."""
    assert not normalize_background(np.full(shape, 200, np.uint8)).any()


@pytest.mark.parametrize(
    "picture",
    [np.zeros((28, 28)), np.zeros((28, 28, 3), np.uint8), np.zeros((0, 28), np.uint8), np.zeros(28, np.uint8)],
    ids=["floats", "three channels", "no rows", "one dimension"],
)
def test_other_arrays_are_rejected(picture: np.ndarray) -> None:
    """Only uint8 (height, width) with at least one pixel is accepted."""
    with pytest.raises(InvalidInput):
        normalize(picture)


@FEW
@given(st.lists(arrays.arrays(np.uint8, (28, 28), elements=st.sampled_from([0, 0, 0, 255])), max_size=4), st.booleans())
def test_batch_equals_single_calls(drawn: list[np.ndarray], inverted: bool) -> None:
    """normalize_batch returns the results of normalize in order, with the positions of pictures with ink."""
    blank, ready = np.zeros((28, 28), np.uint8), smoke_image()
    stack = np.stack([*drawn, blank, ready])
    stack = 255 - stack if inverted else stack
    images, positions = normalize_batch(stack)
    expected = {index: image for index, picture in enumerate(stack) if (image := normalize_or_none(picture)) is not None}
    assert positions.tolist() == list(expected)
    assert [image.tobytes() for image in images] == list(expected.values())


def load_mnist(folder: Path, split: str) -> np.ndarray:
    """The images of a split of MNIST, uint8 (n, 28, 28)."""
    data = gzip.decompress((folder / f"{split}-images-idx3-ubyte.gz").read_bytes())
    return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 28, 28)


@pytest.mark.parametrize(("split", "changed"), [("train", [OFF_CENTER]), ("t10k", [])])
def test_mnist_images_are_fixed_points(mnist_folder: Path, split: str, changed: list[int]) -> None:
    """All of MNIST's 70,000 images but one are returned unchanged."""
    stored = load_mnist(mnist_folder, split)
    images, positions = normalize_batch(stored)
    assert len(positions) == len(stored)
    assert np.flatnonzero((images != stored).any((1, 2))).tolist() == changed


def test_negatives_of_mnist_images_give_the_same_images(mnist_folder: Path) -> None:
    """500 test images in black on white give the stored images."""
    stored = load_mnist(mnist_folder, "t10k")[:500]
    assert np.array_equal(normalize_batch(255 - stored)[0], stored)


def test_smoke_image_is_centered() -> None:
    """Its center of mass is at 14, within half a pixel."""
    image = smoke_image().astype(float)
    for axis in (0, 1):
        assert image.sum(1 - axis) @ np.arange(28) / image.sum() == pytest.approx(CENTER_OF_MASS, abs=0.51)
