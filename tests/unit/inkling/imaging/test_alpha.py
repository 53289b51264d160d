"""Pictures with transparency: what counts as paper, and what as ink."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from inkling.imaging.decoding import decode
from inkling.imaging.normalization import normalise
from inkling.limits import Limits
from tests.support.pictures import canvas, encoded, seven

IMAGE = normalise(seven())


def read(picture: Image.Image) -> np.ndarray:
    """The picture, saved as a PNG and decoded."""
    return decode(encoded(picture), Limits())


def card(paper: int = 255, ink: int = 0, radius: int = 0) -> Image.Image:
    """A card with a seven, as RGBA; its corners may be round."""
    drawn = np.round(paper + (255 - seven().astype(float)) / 255 * (ink - paper)).astype(np.uint8)
    face = Image.fromarray(drawn).convert("RGBA")
    mask = Image.new("L", face.size)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, face.width - 1, face.height - 1], radius, fill=255)
    face.putalpha(mask)
    return face


def lying(face: Image.Image, margin: int = 30, shadow: float = 0) -> Image.Image:
    """The card in a transparent margin, with a soft black shadow of that opacity under it."""
    size = face.width + 2 * margin, face.height + 2 * margin
    under = Image.new("L", size)
    under.paste(round(255 * shadow), (margin, margin + 8, margin + face.width, margin + 8 + face.height))
    ground = Image.new("RGBA", size)
    ground.putalpha(under.filter(ImageFilter.GaussianBlur(8)))
    ground.alpha_composite(face, (margin, margin))
    return ground


def title_bar(face: Image.Image) -> Image.Image:
    """The card with a light grey bar on top, as windows have one."""
    window = Image.new("RGBA", (face.width, face.height + 22), (232, 232, 232, 255))
    window.paste(face, (0, 22))
    return window


CARDS = {
    "white card": lying(card()),
    "black card": lying(card(paper=0, ink=255)),
    "grey card": lying(card(paper=180, ink=60)),
    "without margin": card(radius=12),
    "round corners": lying(card(radius=14)),
    "shadow": lying(card(), shadow=0.5),
    "round corners and shadow": lying(card(radius=14), shadow=0.6),
    "black card and shadow": lying(card(paper=0, ink=255, radius=14), shadow=0.5),
    "large margin": lying(card(), margin=200),
    "nearly opaque": Image.fromarray((np.asarray(lying(card())) * (1, 1, 1, 0.85)).astype(np.uint8), "RGBA"),
    "as WebP": Image.open(io.BytesIO(encoded(lying(card(radius=14)), "WEBP", lossless=True))),
    "LA": lying(card(radius=14)).convert("LA"),
    "large": lying(card(radius=14), shadow=0.5).resize((1278, 1830)),
}


@pytest.mark.parametrize("what", CARDS)
def test_a_card_in_a_transparent_margin_is_read(what: str):
    """What lies outside of the card is as its paper, so that its drawing counts and not its outline."""
    image = normalise(read(CARDS[what]))
    assert np.abs(image.astype(int) - IMAGE).mean() < 4


def test_a_window_with_a_title_bar_is_paper():
    """Its bar, round corners and shadow stay paper or faint, so that the seven is what spans the image."""
    window = lying(title_bar(card()), shadow=0.5)
    assert np.abs(normalise(read(window)).astype(int) - IMAGE).mean() < 4


def test_a_card_with_little_on_it_is_still_a_card():
    """A drawing whose ink is less than a thousandth of the sheet is found."""
    sheet = Image.new("RGBA", (1000, 900), (255, 255, 255, 255))
    small = Image.fromarray(seven()).resize((30, 42), Image.Resampling.BOX)
    sheet.paste(small.convert("RGBA"), (700, 500))
    image = normalise(read(lying(sheet)))
    assert np.abs(image.astype(int) - normalise(np.asarray(small))).mean() < 12


def stroke(draw_on) -> Image.Image:
    """A transparent canvas with something drawn on it."""
    picture = Image.new("RGBA", (280, 280))
    draw_on(ImageDraw.Draw(picture))
    return picture


def one(fill: object, outline: object = None, width: int = 0) -> Image.Image:
    """An upright one, which fills its box as a card does."""
    return stroke(lambda pen: pen.rounded_rectangle([125, 40, 155, 240], 15, fill=fill, outline=outline, width=width))


def shaded_one() -> Image.Image:
    """An upright one whose ink goes from black to grey."""
    levels = np.zeros((280, 280, 4), np.uint8)
    levels[40:240, 125:155] = np.linspace(0, 110, 200)[:, None, None]
    levels[40:240, 125:155, 3] = 255
    return Image.fromarray(levels, "RGBA")


def outlined_seven() -> Image.Image:
    """A white seven with a black outline."""
    inner = Image.fromarray(255 - seven())
    outer = inner.filter(ImageFilter.MaxFilter(5))
    picture = Image.merge("RGBA", [inner, inner, inner, outer])
    return lying(picture)


ONE = normalise(np.asarray(one("black").getchannel("A")))
STROKES = {
    "black": (canvas(0), IMAGE),
    "white": (canvas(255), IMAGE),
    "half transparent": (Image.fromarray((np.asarray(canvas(0)) * (1, 1, 1, 0.5)).astype(np.uint8), "RGBA"), IMAGE),
    "white with an outline": (outlined_seven(), IMAGE),
    "black upright": (one("black"), ONE),
    "white upright": (one("white"), ONE),
    "coloured upright": (one((30, 60, 200)), ONE),
    "white upright with an outline": (one("white", "black", 3), ONE),
    "black upright with an outline": (one("black", "white", 3), ONE),
    "shaded upright": (shaded_one(), ONE),
    "white upright as lossy WebP": (Image.open(io.BytesIO(encoded(one("white"), "WEBP", quality=50))), ONE),
    "coloured upright as lossy WebP": (Image.open(io.BytesIO(encoded(one((30, 60, 200)), "WEBP", quality=50))), ONE),
}


@pytest.mark.parametrize("what", STROKES)
def test_strokes_on_nothing_are_ink(what: str):
    """Whatever their tone, and also where they fill their box."""
    picture, expected = STROKES[what]
    assert np.abs(normalise(read(picture)).astype(int) - expected).mean() < 14
