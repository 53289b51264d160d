"""Pictures: the same drawing in every form that the benchmarks send."""

import io

import numpy as np
from PIL import Image

from server.inference.smoke import STROKES, smoke_image
from server.inference.strokes import draw, render

CANVAS_SIDE = 280
NUMBER_CANVAS = (200, 600)
MEGAPIXELS_12 = (4000, 3000)

GLYPHS = {
    "0": [[(0.3 + 0.3 * np.sin(turn), 0.5 - 0.5 * np.cos(turn)) for turn in np.linspace(0, 2 * np.pi, 24)]],
    "1": [[(0.15, 0.0), (0.1, 1.0)]],
    "4": [[(0.35, 0.0), (0.0, 0.6), (0.6, 0.62)], [(0.45, 0.3), (0.42, 1.0)]],
    "7": [[(0.0, 0.02), (0.55, 0.0), (0.2, 1.0)]],
}
"""Strokes of some digits in a box as high as 1, [x, y] with y down."""


def drawing(side: int) -> np.ndarray:
    """A seven in black on white, uint8 (side, side), with a margin as people leave it."""
    seven = Image.fromarray(render(STROKES))
    room = round(side * 0.7)
    scale = room / max(seven.size)
    inked = seven.resize((round(seven.width * scale), round(seven.height * scale)), Image.Resampling.BICUBIC)
    page = Image.new("L", (side, side), 255)
    page.paste(inked, ((side - inked.width) // 2, (side - inked.height) // 2))
    return np.asarray(page)


def small_png() -> bytes:
    """A 28×28 PNG in grey, light on dark, as MNIST's own."""
    return _encode(Image.fromarray(smoke_image()), "PNG")


def canvas_png() -> bytes:
    """A 280×280 RGBA PNG as a browser's canvas gives it: black ink on a transparent ground."""
    opacity = 255 - drawing(CANVAS_SIDE)
    black = np.zeros_like(opacity)
    return _encode(Image.fromarray(np.dstack([black, black, black, opacity]), "RGBA"), "PNG")


def number_png() -> bytes:
    """A 600×200 RGBA PNG as a canvas gives it, with the number 4071 in black on a transparent ground."""
    opacity = 255 - numbers(["4071"], NUMBER_CANVAS)
    black = np.zeros_like(opacity)
    return _encode(Image.fromarray(np.dstack([black, black, black, opacity]), "RGBA"), "PNG")


def numbers(lines: list[str], shape: tuple[int, int]) -> np.ndarray:
    """Lines of digits, as high as the page has room for, in black on white: uint8 of a shape, (height, width)."""
    height, width = shape
    size = 0.6 * min(height / len(lines), width / max(map(len, lines)))
    strokes = []
    for row, line in enumerate(lines):
        for column, digit in enumerate(line):
            corner = [width * (column + 0.25) / len(line), height * (row + 0.2) / len(lines)]
            strokes += [np.array(stroke) * size + corner for stroke in GLYPHS[digit]]
    return draw(strokes, shape, 0.1 * size)


def photograph_jpeg() -> bytes:
    """A JPEG of 12 megapixels: the drawing on paper in uneven light, with a sensor's noise (seeded)."""
    width, height = MEGAPIXELS_12
    page = Image.new("L", MEGAPIXELS_12, 255)
    page.paste(Image.fromarray(drawing(height)), ((width - height) // 2, 0))
    return _photographed(page)


def photographed_numbers_jpeg(lines: list[str]) -> bytes:
    """The same of lines of digits."""
    return _photographed(Image.fromarray(numbers(lines, MEGAPIXELS_12[::-1])))


def _photographed(page: Image.Image) -> bytes:
    width, height = page.size
    light = np.linspace(0.75, 0.95, width, dtype=np.float32)
    noise = np.random.default_rng(0).normal(0, 4, (height, width)).astype(np.float32)
    grey = np.clip(np.asarray(page, np.float32) * light * 0.9 + 10 + noise, 0, 255).astype(np.uint8)
    return _encode(Image.fromarray(grey).convert("RGB"), "JPEG")


def _encode(picture: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **({"quality": 90} if form == "JPEG" else {}))
    return file.getvalue()
