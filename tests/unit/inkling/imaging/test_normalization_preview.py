"""Trace and preview of a normalization."""

import numpy as np
import pytest
from PIL import Image

from inkling.errors import EmptyPicture
from inkling.imaging.foreground import extract_foreground
from inkling.imaging.glyph_extraction import extract_glyph
from inkling.imaging.normalization import fit_canvas, normalize, normalize_traced
from inkling.imaging.normalization_preview import PREVIEW_SIDE, NormalizationPreview
from inkling.models.smoke_test import smoke_image
from tests.support.pictures import draw_seven


def make_pictures() -> dict[str, np.ndarray]:
    """Pictures of different sizes and polarities, with and without uneven light."""
    drawing = draw_seven()
    page = np.full((600, 500), 220, np.uint8)
    page[150 : 150 + drawing.shape[0], 90 : 90 + drawing.shape[1]] = np.minimum(drawing, 220)
    page[20:24, 30:33] = 40  # a speck
    shaded = (page * np.linspace(0.6, 1, 500)).astype(np.uint8)
    small = np.asarray(Image.fromarray(drawing).resize((14, 24), Image.Resampling.BILINEAR))
    return {"drawing": drawing, "light on dark": 255 - drawing, "page": page, "shaded page": shaded, "small": small}


PICTURES = make_pictures()


@pytest.mark.parametrize("kind", PICTURES)
def test_trace_holds_the_result_of_each_step(kind: str) -> None:
    """Ink, glyph and image are what the function of each step returns."""
    picture = PICTURES[kind]
    trace = normalize_traced(picture)
    assert trace.picture is picture
    assert np.array_equal(trace.ink, extract_foreground(picture))
    assert np.array_equal(trace.glyph, extract_glyph(trace.ink).ink)
    assert np.array_equal(trace.image, normalize(picture))
    assert np.array_equal(trace.image, fit_canvas(trace.glyph))
    left, top = trace.corner
    height, width = trace.glyph.shape
    cut = trace.ink[top : top + height, left : left + width]
    assert np.array_equal(trace.glyph, np.where(trace.glyph, cut, 0))
    rows, columns = np.flatnonzero(trace.image.any(1)), np.flatnonzero(trace.image.any(0))
    box = trace.image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    rows, columns = np.flatnonzero(trace.scaled.any(1)), np.flatnonzero(trace.scaled.any(0))
    assert np.array_equal(box, trace.scaled[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


@pytest.mark.parametrize("kind", PICTURES)
def test_preview_is_small(kind: str) -> None:
    """Picture and ink are reduced by the same factor, and the box contains the glyph."""
    trace = normalize_traced(PICTURES[kind])
    preview = NormalizationPreview.from_trace(trace)
    assert preview.picture.shape == preview.ink.shape
    assert PREVIEW_SIDE // 2 < max(preview.picture.shape) <= PREVIEW_SIDE or max(trace.picture.shape) <= PREVIEW_SIDE
    assert max(preview.scaled.shape) == 20
    arrays = (preview.picture, preview.ink, preview.scaled, preview.image)
    assert {array.dtype for array in arrays} == {np.dtype(np.uint8)}
    left, top, right, bottom = preview.box
    height, width = preview.ink.shape
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    factor = -(-max(trace.picture.shape) // PREVIEW_SIDE)
    assert abs((right - left) * factor - trace.glyph.shape[1]) <= 2 * factor
    inside = preview.ink[top:bottom, left:right].astype(int).sum()
    assert inside > 0.9 * preview.ink.astype(int).sum()
    if factor == 1:
        assert np.array_equal(preview.picture, trace.picture)


@pytest.mark.parametrize("inverted", [False, True])
def test_preview_of_an_image_is_unscaled(inverted: bool) -> None:
    """A picture that is an image already is neither scaled nor moved, in either polarity."""
    image = smoke_image()
    picture = 255 - image if inverted else image
    preview = NormalizationPreview.from_trace(normalize_traced(picture))
    assert np.array_equal(preview.picture, picture)
    for shown in (preview.ink, preview.image):
        assert np.array_equal(shown, image)
    left, top, right, bottom = preview.box
    assert np.array_equal(preview.scaled, image[top:bottom, left:right])
    assert image.sum() == preview.scaled.sum()


def test_blank_picture_has_no_trace() -> None:
    """A blank picture raises EmptyPicture."""
    with pytest.raises(EmptyPicture):
        normalize_traced(np.full((50, 50), 255, np.uint8))
