"""Pictures that the benchmarks send: a drawn seven, and lines of digits, in several sizes and formats."""

import io

import numpy as np
from PIL import Image

from inkling.imaging.strokes import draw_strokes, rasterize
from inkling.models.smoke_test import SMOKE_STROKES, smoke_image

CANVAS_SIDE = 280
NUMBER_CANVAS = (200, 600)
MEGAPIXELS_12 = (4000, 3000)

GLYPHS = {
    "0": [[(0.3 + 0.3 * np.sin(turn), 0.5 - 0.5 * np.cos(turn)) for turn in np.linspace(0, 2 * np.pi, 24)]],
    "1": [[(0.15, 0.0), (0.1, 1.0)]],
    "4": [[(0.35, 0.0), (0.0, 0.6), (0.6, 0.62)], [(0.45, 0.3), (0.42, 1.0)]],
    "7": [[(0.0, 0.02), (0.55, 0.0), (0.2, 1.0)]],
}
"""Strokes of some digits in a box of height 1, (x, y) with y pointing down."""


def seven_drawing(side: int) -> np.ndarray:
    """A seven with a margin of 15 %, uint8 (side, side), black on white."""
    seven = Image.fromarray(rasterize(SMOKE_STROKES))
    scale = round(side * 0.7) / max(seven.size)
    glyph = seven.resize((round(seven.width * scale), round(seven.height * scale)), Image.Resampling.BICUBIC)
    page = Image.new("L", (side, side), 255)
    page.paste(glyph, ((side - glyph.width) // 2, (side - glyph.height) // 2))
    return np.asarray(page)


def small_png() -> bytes:
    """A 28×28 grayscale PNG, white on black like MNIST."""
    return _encode(Image.fromarray(smoke_image()), "PNG")


def canvas_png() -> bytes:
    """A 280×280 RGBA PNG as exported by a browser's canvas: black ink on a transparent background."""
    return _transparent_png(seven_drawing(CANVAS_SIDE))


def number_png() -> bytes:
    """The number 4071 as a 600×200 RGBA PNG, like `canvas_png`."""
    return _transparent_png(number_lines(["4071"], NUMBER_CANVAS))


def number_lines(lines: list[str], shape: tuple[int, int]) -> np.ndarray:
    """Lines of digits that fill a page, uint8 (height, width) = `shape`, black on white."""
    height, width = shape
    size = 0.6 * min(height / len(lines), width / max(map(len, lines)))
    strokes = []
    for row, line in enumerate(lines):
        for column, digit in enumerate(line):
            corner = [width * (column + 0.25) / len(line), height * (row + 0.2) / len(lines)]
            strokes += [np.array(stroke) * size + corner for stroke in GLYPHS[digit]]
    return draw_strokes(strokes, shape, 0.1 * size)


def photograph_jpeg() -> bytes:
    """A 12-megapixel JPEG: the seven on paper under uneven light, with sensor noise (seeded)."""
    width, height = MEGAPIXELS_12
    page = Image.new("L", MEGAPIXELS_12, 255)
    page.paste(Image.fromarray(seven_drawing(height)), ((width - height) // 2, 0))
    return _photograph(page)


def numbers_photograph_jpeg(lines: list[str]) -> bytes:
    """The same with lines of digits."""
    return _photograph(Image.fromarray(number_lines(lines, MEGAPIXELS_12[::-1])))


def _transparent_png(page: np.ndarray) -> bytes:
    """Black on white, uint8 (height, width), as an RGBA PNG with black ink and a transparent background."""
    opacity = 255 - page
    black = np.zeros_like(opacity)
    return _encode(Image.fromarray(np.dstack([black, black, black, opacity]), "RGBA"), "PNG")


def _photograph(page: Image.Image) -> bytes:
    width, height = page.size
    light = np.linspace(0.75, 0.95, width, dtype=np.float32)
    noise = np.random.default_rng(0).normal(0, 4, (height, width)).astype(np.float32)
    gray = np.clip(np.asarray(page, np.float32) * light * 0.9 + 10 + noise, 0, 255).astype(np.uint8)
    return _encode(Image.fromarray(gray).convert("RGB"), "JPEG")


def _encode(picture: Image.Image, file_format: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, **({"quality": 90} if file_format == "JPEG" else {}))
    return file.getvalue()
