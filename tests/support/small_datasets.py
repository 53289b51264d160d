"""Small datasets that are drawn with Pillow: colored icons and letters, as folders of pictures with a subfolder per label."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIDE = 64
ICONS = ("circle", "cross", "triangle")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Draw = Callable[[str, np.random.Generator], Image.Image]


def write_icons(folder: Path, per_label: int = 200) -> Path:
    """Write colored outlines of three shapes; return the folder."""
    return _write(folder, ICONS, per_label, draw_icon)


def write_letters(folder: Path, per_label: int = 40) -> Path:
    """Write the 26 capital letters in one font, slanted, rotated and noisy; return the folder."""
    return _write(folder, LETTERS, per_label, draw_letter)


def draw_icon(label: str, rng: np.random.Generator) -> Image.Image:
    """A shape of random dark color, size, position and line width on white, RGB."""
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    canvas = ImageDraw.Draw(picture)
    red, green, blue = rng.integers(0, 160, 3).tolist()
    color, (x, y) = (red, green, blue), rng.integers(26, 38, 2).tolist()
    radius, width = int(rng.integers(14, 24)), int(rng.integers(3, 8))
    if label == "circle":
        canvas.ellipse((x - radius, y - radius, x + radius, y + radius), outline=color, width=width)
    elif label == "cross":
        canvas.line((x - radius, y - radius, x + radius, y + radius), fill=color, width=width)
        canvas.line((x - radius, y + radius, x + radius, y - radius), fill=color, width=width)
    else:
        corners = [(x, y - radius), (x - radius, y + radius), (x + radius, y + radius)]
        canvas.polygon(corners, outline=color, width=width)
    return picture.rotate(rng.uniform(-15, 15), fillcolor="white")


def draw_letter(label: str, rng: np.random.Generator) -> Image.Image:
    """A letter of random size and weight in black on white, with noise, grayscale."""
    picture = Image.new("L", (SIDE, SIDE), 255)
    font, center = ImageFont.load_default(int(rng.integers(30, 48))), (SIDE // 2, SIDE // 2)
    ImageDraw.Draw(picture).text(center, label, 0, font, anchor="mm", stroke_width=int(rng.integers(0, 3)))
    slant, stretch = rng.uniform(-0.25, 0.25, 2)
    matrix = (1, slant, -slant * center[0], stretch, 1, -stretch * center[1])
    picture = picture.transform(picture.size, Image.Transform.AFFINE, matrix, fillcolor=255)
    gray = np.asarray(picture.rotate(rng.uniform(-15, 15), fillcolor=255), float) + rng.normal(0, 12, (SIDE, SIDE))
    return Image.fromarray(gray.clip(0, 255).astype(np.uint8))


def _write(folder: Path, labels: tuple[str, ...] | str, per_label: int, draw: Draw) -> Path:
    rng = np.random.default_rng(0)
    for label in labels:
        (folder / label).mkdir(parents=True)
        for number in range(per_label):
            draw(label, rng).save(folder / label / f"{number}.png")
    return folder
