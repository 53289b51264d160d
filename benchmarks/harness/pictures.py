"""Pictures: the same drawing in every form that the benchmarks send."""

import io

import numpy as np
from PIL import Image

from server.inference.smoke import STROKES, smoke_image
from server.inference.strokes import render

CANVAS_SIDE = 280
MEGAPIXELS_12 = (4000, 3000)


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


def photograph_jpeg() -> bytes:
    """A JPEG of 12 megapixels: the drawing on paper in uneven light, with a sensor's noise (seeded)."""
    width, height = MEGAPIXELS_12
    page = Image.new("L", MEGAPIXELS_12, 255)
    page.paste(Image.fromarray(drawing(height)), ((width - height) // 2, 0))
    light = np.linspace(0.75, 0.95, width, dtype=np.float32)
    noise = np.random.default_rng(0).normal(0, 4, (height, width)).astype(np.float32)
    grey = np.clip(np.asarray(page, np.float32) * light * 0.9 + 10 + noise, 0, 255).astype(np.uint8)
    return _encode(Image.fromarray(grey).convert("RGB"), "JPEG")


def _encode(picture: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **({"quality": 90} if form == "JPEG" else {}))
    return file.getvalue()
