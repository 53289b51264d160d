"""Normalising: an image's contract, and what must not matter to it."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkling.errors import BadInput, EmptyPicture
from inkling.imaging.normalization import CENTRE, INK_SIDE, is_image, normalise, normalise_all
from inkling.imaging.strokes import render
from inkling.imaging.thresholding import MIN_CONTRAST
from inkling.models.smoke_test import STROKES, smoke_image

OFF_CENTRE = 19_841
"""The one image of MNIST's training set whose centre of mass is more than half a pixel off."""

FEW = settings(max_examples=80, deadline=None)


def sides(most: int) -> st.SearchStrategy:
    """Heights and widths."""
    return st.tuples(st.integers(1, most), st.integers(1, most))


noise = arrays.arrays(np.uint8, sides(12) | st.just((28, 28)))
few_levels = st.lists(st.integers(0, 255), min_size=2, max_size=4).flatmap(
    lambda levels: arrays.arrays(np.uint8, sides(30), elements=st.sampled_from(levels))
)
pictures = noise | few_levels


@st.composite
def two_tones(draw: st.DrawFn) -> tuple[np.ndarray, int]:
    """A drawing in two tones whose edge is all paper, and the paper's tone."""
    paper, ink = draw(st.sampled_from([(255, 0), (0, 255), (200, 90), (40, 80)]))
    inked = draw(arrays.arrays(bool, sides(20)))
    assume(inked.any())
    assume(inked.mean() < 0.9)
    return np.pad(np.where(inked, ink, paper).astype(np.uint8), 2, constant_values=paper), paper


def image_or_none(picture: np.ndarray) -> bytes | None:
    """What normalise makes, or None where there is no ink."""
    try:
        return normalise(picture).tobytes()
    except EmptyPicture:
        return None


@FEW
@given(pictures)
def test_an_image_keeps_its_contract(picture: np.ndarray):
    """uint8 28×28 on a ground of 0, its ink spans 20 pixels or 19, has its centre at 14, and it is a fixed point."""
    before = picture.copy()
    assume(image_or_none(picture) is not None)
    image = normalise(picture)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert is_image(image[None]).all()
    assert np.array_equal(normalise(image), image)
    assert np.array_equal(picture, before)
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (INK_SIDE, INK_SIDE - 1)


def is_draw(picture: np.ndarray) -> bool:
    """Whether a parting exists at which the dark are as many as the light, at the edge and in all, or two are as good."""
    edge = np.concatenate([picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]])
    levels, counts = np.unique(picture, return_counts=True)
    halves = any((edge <= level).mean() == 0.5 and (picture <= level).mean() == 0.5 for level in levels)
    mirrored = len(levels) > 2 and np.array_equal(counts, counts[::-1]) and len(set(levels + levels[::-1].astype(int))) == 1
    return halves or mirrored


@settings(max_examples=200, deadline=None)
@given(pictures)
def test_polarity_does_not_matter(picture: np.ndarray):
    """Light on dark gives the same image as dark on light, and is empty where that is."""
    assume(not is_draw(picture))
    assert image_or_none(255 - picture) == image_or_none(picture)


DRAWS_AT_THE_EDGE = [
    [[0, 0, 255, 255]] * 2 + [[0, 255, 255, 255]] + [[0, 0, 255, 255]],
    [[10, 200, 10], [200, 200, 10], [10, 200, 200], [200, 200, 10]],
]


@pytest.mark.parametrize("levels", DRAWS_AT_THE_EDGE)
def test_a_draw_at_the_edge_is_decided_by_the_whole(levels: list[list[int]]):
    """What there is more of is the paper, in either polarity."""
    picture = np.array(levels, np.uint8)
    edge = np.concatenate([picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]])
    dark = picture < 128
    assert (edge < 128).mean() == 0.5
    assert dark.mean() < 0.5
    assert np.array_equal(normalise(picture), normalise(np.where(dark, 0, 255).astype(np.uint8)))
    assert np.array_equal(normalise(255 - picture), normalise(picture))


def test_a_faint_image_inverted_is_the_same_image():
    """Also one whose ink is mostly so faint that a picture of it would count as empty."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 5:24] = 20
    image[14, 14] = 2 * MIN_CONTRAST
    assert is_image(image[None]).all()
    assert np.array_equal(normalise(image), image)
    assert np.array_equal(normalise(255 - image), image)


@FEW
@given(two_tones(), st.tuples(*[st.integers(0, 40)] * 4))
def test_more_paper_around_does_not_matter(drawing: tuple[np.ndarray, int], margins: tuple[int, int, int, int]):
    """A drawing may lie anywhere on its sheet."""
    picture, paper = drawing
    top, bottom, left, right = margins
    padded = np.pad(picture, ((top, bottom), (left, right)), constant_values=paper)
    assume(padded.shape != (28, 28))  # it may be an image already, which comes back as it is
    assert np.array_equal(normalise(padded), normalise(picture))


@FEW
@given(two_tones(), st.sampled_from([(255, 0), (0, 255), (180, 100), (0, MIN_CONTRAST)]))
def test_tones_do_not_matter(drawing: tuple[np.ndarray, int], tones: tuple[int, int]):
    """Of two tones the outer one is paper, and how far they are apart makes no difference."""
    picture, paper = drawing
    other = np.where(picture == paper, *tones).astype(np.uint8)
    assert np.array_equal(normalise(other), normalise(picture))


def test_size_hardly_matters():
    """A drawing at two, three and four times its size gives nearly the same image."""
    plain = normalise(render(STROKES)).astype(int)
    for times in (2, 3, 4):
        larger = normalise(np.kron(render(STROKES), np.ones((times, times), np.uint8)))
        assert np.abs(larger - plain).mean() < 4


EMPTY = {
    "white": np.full((40, 30), 255, np.uint8),
    "black": np.zeros((40, 30), np.uint8),
    "one pixel": np.full((1, 1), 7, np.uint8),
    "a black image": np.zeros((28, 28), np.uint8),
    "noise": np.random.default_rng(0).integers(200, 200 + MIN_CONTRAST, (50, 50)).astype(np.uint8),
    "ink too faint": np.pad(np.full((9, 9), 255 - MIN_CONTRAST + 1, np.uint8), 5, constant_values=255),
}


@pytest.mark.parametrize("what", EMPTY)
def test_a_picture_without_ink_is_empty(what: str):
    """In either polarity, and in a set it is left out."""
    with pytest.raises(EmptyPicture, match=r"^Expected .* Received "):
        normalise(EMPTY[what])
    with pytest.raises(EmptyPicture, match=r"^Expected .* Received "):
        normalise(255 - EMPTY[what])
    assert [len(part) for part in normalise_all(EMPTY[what][None])] == [0, 0]


@pytest.mark.parametrize(
    "picture",
    [np.zeros((28, 28)), np.zeros((28, 28, 3), np.uint8), np.zeros((0, 28), np.uint8), np.zeros(28, np.uint8)],
    ids=["floats", "three channels", "no rows", "one row"],
)
def test_another_array_is_refused(picture: np.ndarray):
    """Only uint8 (height, width) with at least one pixel."""
    with pytest.raises(BadInput, match=r"^Expected uint8 \(height, width\)\. Received "):
        normalise(picture)


@FEW
@given(st.lists(arrays.arrays(np.uint8, (28, 28), elements=st.sampled_from([0, 0, 0, 255])), max_size=4), st.booleans())
def test_a_set_is_normalised_one_by_one(drawn: list[np.ndarray], inverted: bool):
    """normalise_all gives what normalise gives, in order, with the positions of those that hold ink."""
    blank, ready = np.zeros((28, 28), np.uint8), smoke_image()
    stack = np.stack([*drawn, blank, ready])
    stack = 255 - stack if inverted else stack
    images, positions = normalise_all(stack)
    expected = {index: image for index, picture in enumerate(stack) if (image := image_or_none(picture)) is not None}
    assert positions.tolist() == list(expected)
    assert [image.tobytes() for image in images] == list(expected.values())


@pytest.mark.parametrize(("part", "off"), [("train", [OFF_CENTRE]), ("t10k", [])])
def test_mnist_is_made_of_images(mnist_folder: Path, part: str, off: list[int]):
    """All 70,000 but one come back as they are, so that its accuracy is that of the method it was made with."""
    data = gzip.decompress((mnist_folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
    stored = np.frombuffer(data, np.uint8, offset=16).reshape(-1, 28, 28)
    images, positions = normalise_all(stored)
    assert len(positions) == len(stored)
    assert np.flatnonzero((images != stored).any((1, 2))).tolist() == off


def test_mnist_inverted_is_the_same(mnist_folder: Path):
    """As black on white, 500 images of the test set come back as they are."""
    data = gzip.decompress((mnist_folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    stored = np.frombuffer(data, np.uint8, offset=16).reshape(-1, 28, 28)[:500]
    assert np.array_equal(normalise_all(255 - stored)[0], stored)


def test_the_smoke_picture_is_an_image():
    """Its centre of mass lies at 14, within half a pixel."""
    image = smoke_image().astype(float)
    for axis in (0, 1):
        assert image.sum(1 - axis) @ np.arange(28) / image.sum() == pytest.approx(CENTRE, abs=0.51)
