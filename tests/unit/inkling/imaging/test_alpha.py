"""Pictures with transparency: cards with a drawing, and strokes on nothing."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from inkling.imaging.decoding import decode
from inkling.imaging.normalization import normalize
from inkling.limits import Limits
from tests.support.pictures import draw_on_canvas, draw_seven, encode_picture

IMAGE = normalize(draw_seven())


def decode_png(picture: Image.Image) -> np.ndarray:
    """Save a picture as PNG and decode it."""
    return decode(encode_picture(picture), Limits())


def make_card(paper: int = 255, ink: int = 0, radius: int = 0) -> Image.Image:
    """A card with a seven, RGBA, with rounded corners."""
    levels = np.round(paper + (255 - draw_seven().astype(float)) / 255 * (ink - paper)).astype(np.uint8)
    card = Image.fromarray(levels).convert("RGBA")
    mask = Image.new("L", card.size)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, card.width - 1, card.height - 1], radius, fill=255)
    card.putalpha(mask)
    return card


def add_margin(card: Image.Image, margin: int = 30, shadow: float = 0) -> Image.Image:
    """Put a card into a transparent margin, with a soft black drop shadow of the given opacity."""
    size = card.width + 2 * margin, card.height + 2 * margin
    alpha = Image.new("L", size)
    alpha.paste(round(255 * shadow), (margin, margin + 8, margin + card.width, margin + 8 + card.height))
    background = Image.new("RGBA", size)
    background.putalpha(alpha.filter(ImageFilter.GaussianBlur(8)))
    background.alpha_composite(card, (margin, margin))
    return background


def add_title_bar(card: Image.Image) -> Image.Image:
    """Put a light gray bar on top of a card, as of a window."""
    window = Image.new("RGBA", (card.width, card.height + 22), (232, 232, 232, 255))
    window.paste(card, (0, 22))
    return window


CARDS = {
    "white card": add_margin(make_card()),
    "black card": add_margin(make_card(paper=0, ink=255)),
    "gray card": add_margin(make_card(paper=180, ink=60)),
    "without margin": make_card(radius=12),
    "rounded corners": add_margin(make_card(radius=14)),
    "shadow": add_margin(make_card(), shadow=0.5),
    "rounded corners and shadow": add_margin(make_card(radius=14), shadow=0.6),
    "black card and shadow": add_margin(make_card(paper=0, ink=255, radius=14), shadow=0.5),
    "large margin": add_margin(make_card(), margin=200),
    "nearly opaque": Image.fromarray((np.asarray(add_margin(make_card())) * (1, 1, 1, 0.85)).astype(np.uint8), "RGBA"),
    "WebP": Image.open(io.BytesIO(encode_picture(add_margin(make_card(radius=14)), "WEBP", lossless=True))),
    "LA": add_margin(make_card(radius=14)).convert("LA"),
    "large": add_margin(make_card(radius=14), shadow=0.5).resize((1278, 1830)),
}


@pytest.mark.parametrize("kind", CARDS)
def test_card_outline_is_ignored(kind: str) -> None:
    """Everything outside a card counts as its paper."""
    image = normalize(decode_png(CARDS[kind]))
    assert np.abs(image.astype(int) - IMAGE).mean() < 4


def test_window_with_title_bar_is_a_card() -> None:
    """The bar, the rounded corners and the shadow of a window do not change the image."""
    window = add_margin(add_title_bar(make_card()), shadow=0.5)
    assert np.abs(normalize(decode_png(window)).astype(int) - IMAGE).mean() < 4


def test_small_drawing_on_a_card_is_found() -> None:
    """A drawing with less ink than a thousandth of its card is found."""
    sheet = Image.new("RGBA", (1000, 900), (255, 255, 255, 255))
    small = Image.fromarray(draw_seven()).resize((30, 42), Image.Resampling.BOX)
    sheet.paste(small.convert("RGBA"), (700, 500))
    image = normalize(decode_png(add_margin(sheet)))
    assert np.abs(image.astype(int) - normalize(np.asarray(small))).mean() < 12


def draw(draw_on: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    """Draw on a transparent canvas."""
    picture = Image.new("RGBA", (280, 280))
    draw_on(ImageDraw.Draw(picture))
    return picture


def draw_one(fill: object, outline: object = None, width: int = 0) -> Image.Image:
    """An upright one, which fills its bounding box like a card."""
    return draw(lambda pen: pen.rounded_rectangle([125, 40, 155, 240], 15, fill=fill, outline=outline, width=width))


def draw_gradient_one() -> Image.Image:
    """An upright one in a gradient from black to gray."""
    levels = np.zeros((280, 280, 4), np.uint8)
    levels[40:240, 125:155] = np.linspace(0, 110, 200)[:, None, None]
    levels[40:240, 125:155, 3] = 255
    return Image.fromarray(levels, "RGBA")


def draw_outlined_seven() -> Image.Image:
    """A white seven with a black outline."""
    inner = Image.fromarray(255 - draw_seven())
    outer = inner.filter(ImageFilter.MaxFilter(5))
    return add_margin(Image.merge("RGBA", [inner, inner, inner, outer]))


BLUE = (30, 60, 200)
ONE = normalize(np.asarray(draw_one("black").getchannel("A")))
STROKES = {
    "black": (draw_on_canvas(0), IMAGE),
    "white": (draw_on_canvas(255), IMAGE),
    "half transparent": (Image.fromarray((np.asarray(draw_on_canvas(0)) * (1, 1, 1, 0.5)).astype(np.uint8), "RGBA"), IMAGE),
    "white with an outline": (draw_outlined_seven(), IMAGE),
    "black one": (draw_one("black"), ONE),
    "white one": (draw_one("white"), ONE),
    "blue one": (draw_one(BLUE), ONE),
    "white one with an outline": (draw_one("white", "black", 3), ONE),
    "black one with an outline": (draw_one("black", "white", 3), ONE),
    "gradient one": (draw_gradient_one(), ONE),
    "white one as lossy WebP": (Image.open(io.BytesIO(encode_picture(draw_one("white"), "WEBP", quality=50))), ONE),
    "blue one as lossy WebP": (Image.open(io.BytesIO(encode_picture(draw_one(BLUE), "WEBP", quality=50))), ONE),
}


@pytest.mark.parametrize("kind", STROKES)
def test_opaque_strokes_are_ink(kind: str) -> None:
    """Strokes without paper are ink in any color, even if they fill their bounding box."""
    picture, expected = STROKES[kind]
    assert np.abs(normalize(decode_png(picture)).astype(int) - expected).mean() < 14


@pytest.mark.parametrize("level", [0, 255])
def test_translucent_strokes_are_ink(level: int) -> None:
    """Strokes of two colors, of which no pixel is nearly opaque: there is no card, and the background contrasts with them."""
    picture = np.asarray(draw_on_canvas(level)).copy()
    picture[..., 3] //= 2
    picture[: picture.shape[0] // 2, :, 0] ^= 3
    flat = decode_png(Image.fromarray(picture, "RGBA"))
    assert flat[0, 0] == 255 - level
    assert np.abs(normalize(flat).astype(int) - IMAGE).mean() < 1
