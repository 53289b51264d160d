"""Paper with ruled lines, dust and ink, as the share of red, green and blue light that it reflects."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.support.synthetic_photos.camera import Homography

OVERSAMPLING = 3
"""Shapes are drawn this much larger and reduced, which anti-aliases their edges."""

INKS = {
    "black": ((2.2, 2.2, 2.1), 0.03),
    "blue": ((1.9, 1.35, 0.45), 0.06),
    "red": ((0.25, 1.5, 1.3), 0.05),
    "pencil": ((0.55, 0.55, 0.52), 0.45),
    "chalk": ((1.5, 1.5, 1.4), 0.35),
}
"""Name -> absorbance (natural logarithm) of a full layer for red, green and blue, and the share that its grain leaves bare."""

PAPER_COLORS = {
    "white": (0.92, 0.92, 0.90),
    "cream": (0.88, 0.83, 0.68),
    "recycled": (0.60, 0.58, 0.53),
    "yellow": (0.88, 0.80, 0.25),
    "green": (0.50, 0.75, 0.50),
    "pink": (0.90, 0.58, 0.62),
    "blue": (0.48, 0.62, 0.85),
}
"""Name -> reflectance for red, green and blue."""

RULED_LINE_ABSORBANCE = (0.9, 0.55, 0.2)
"""Absorbance of printed lines at full strength: blue to bluish gray."""

Strokes = list[np.ndarray]


@dataclass(frozen=True)
class RuledLines:
    """Printed lines. pitch: share of the picture's shorter side. strength: 0..1. squared: in both directions."""

    pitch: float = 0.15
    strength: float = 0.5
    squared: bool = False


def make_paper(shape: tuple[int, int], color: str, roughness: float, rng: np.random.Generator) -> np.ndarray:
    """Reflectance of bare paper, float32 (height, width, 3), with fibers and stains of up to 10 % times `roughness`."""
    rough = smooth_noise(shape, 1, rng) * 0.5 + smooth_noise(shape, 12, rng) * 0.5
    return np.array(PAPER_COLORS[color], np.float32) * (1 - 0.1 * roughness * rough[..., None])


def make_table(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Reflectance of the table under the sheet, float32 (height, width, 3): dark or light, with a grain in one direction."""
    grain = smooth_noise((shape[0], 1), 3, rng) * 0.5 + smooth_noise(shape, 6, rng) * 0.5
    color = np.array([1.0, rng.uniform(0.7, 1), rng.uniform(0.45, 1)], np.float32) * rng.uniform(0.05, 0.4)
    return color * (0.7 + 0.6 * grain[..., None])


def add_ruled_lines(reflectance: np.ndarray, lines: RuledLines, view: Homography) -> np.ndarray:
    """Print ruled lines on paper, reflectance (height, width, 3)."""
    height, width = reflectance.shape[:2]
    pitch = lines.pitch * min(height, width)
    far = 3 * max(height, width)  # beyond the picture, so that their ends stay invisible
    strokes = [
        np.array([[-far, row], [0, row], [width, row], [far, row]], float)
        for row in np.arange(-0.4 * pitch, height * 1.5, pitch)
    ]
    if lines.squared:
        strokes += [
            np.array([[column, -far], [column, 0], [column, height], [column, far]], float)
            for column in np.arange(-0.4 * pitch, width * 1.5, pitch)
        ]
    covered = rasterize_coverage((height, width), strokes, max(0.7, 0.004 * min(height, width)), view)
    return reflectance * np.exp(-lines.strength * covered[..., None] * np.array(RULED_LINE_ABSORBANCE, np.float32))


def add_dust(reflectance: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Add up to 40 dark specks of at most 1.2 % of the shorter side to paper, reflectance (height, width, 3)."""
    height, width = reflectance.shape[:2]
    canvas = Image.new("L", (width * OVERSAMPLING, height * OVERSAMPLING))
    draw = ImageDraw.Draw(canvas)
    for _ in range(round(40 * severity)):
        x, y, radius = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.001, 0.006) * min(height, width)
        draw.ellipse([OVERSAMPLING * value for value in (x - radius, y - radius, x + radius, y + radius)], fill=255)
    covered = np.asarray(canvas.reduce(OVERSAMPLING), np.float32) / 255
    return reflectance * np.exp(-1.2 * covered[..., None])


def add_ink(
    reflectance: np.ndarray, covered: np.ndarray, ink: str, rng: np.random.Generator, strength: float = 1.0
) -> np.ndarray:
    """Add ink to paper, reflectance (height, width, 3); its absorption grows with its layer, which pressure and grain vary."""
    absorbance, grain = INKS[ink]
    layer = covered * (1 - grain * smooth_noise(covered.shape, 1, rng)) * (1 - 0.25 * smooth_noise(covered.shape, 30, rng))
    return reflectance * np.exp(-strength * layer[..., None] * np.array(absorbance, np.float32))


def rasterize_coverage(shape: tuple[int, int], strokes: Strokes, pen_width: float, view: Homography) -> np.ndarray:
    """The share of each pixel that strokes cover, float32 (height, width), 0..1.

    strokes: float (points, 2) as [x, y] in pixels of the page, before the view. pen_width: in pixels.
    """
    height, width = shape
    canvas = Image.new("L", (width * OVERSAMPLING, height * OVERSAMPLING))
    draw, pen = ImageDraw.Draw(canvas), pen_width * OVERSAMPLING
    for stroke in strokes:
        points = [tuple(point) for point in view.apply(stroke) * OVERSAMPLING]
        draw.line(points, fill=255, width=max(1, round(pen)), joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], fill=255)
    return np.asarray(canvas.reduce(OVERSAMPLING), np.float32) / 255


def smooth_noise(shape: tuple[int, int], size: float, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise, float32 (height, width), 0..1, with grains of about `size` pixels."""
    small = tuple(max(2, round(side / max(size, 1))) for side in shape)
    levels = Image.fromarray(rng.integers(0, 256, small, np.uint8)).resize(shape[::-1], Image.Resampling.BICUBIC)
    return np.asarray(levels.filter(ImageFilter.GaussianBlur(0.6)), np.float32) / 255
