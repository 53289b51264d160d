"""Sheets: paper, rules, frames, dust and ink as the share of red, green and blue light that they send back."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.support.synthetic_photos.view import View

OVERSAMPLED = 3
"""Shapes are drawn this much larger and reduced: that is what makes their edges soft."""

INKS = {
    "black": ((2.2, 2.2, 2.1), 0.03),
    "blue": ((1.9, 1.35, 0.45), 0.06),
    "red": ((0.25, 1.5, 1.3), 0.05),
    "pencil": ((0.55, 0.55, 0.52), 0.45),
    "chalk": ((1.5, 1.5, 1.4), 0.35),
}
"""Name -> absorbance of red, green and blue (natural logarithm) of a full layer, and how much its grain leaves out."""

TINTS = {
    "white": (0.92, 0.92, 0.90),
    "cream": (0.88, 0.83, 0.68),
    "recycled": (0.60, 0.58, 0.53),
    "yellow": (0.88, 0.80, 0.25),
    "green": (0.50, 0.75, 0.50),
    "pink": (0.90, 0.58, 0.62),
    "blue": (0.48, 0.62, 0.85),
}
"""Paper -> reflectance of red, green and blue."""

RULE = (0.9, 0.55, 0.2)
"""Absorbance of printed rules at full strength: blue to bluish grey."""

Strokes = list[np.ndarray]


@dataclass(frozen=True)
class Rules:
    """Printed lines: pitch as a share of the picture's shorter side, strength 0..1, squared or in one direction only."""

    pitch: float = 0.15
    strength: float = 0.5
    squared: bool = False


def coverage(shape: tuple[int, int], lines: Strokes, width: float, view: View) -> np.ndarray:
    """How much of each pixel the lines cover, float32 (height, width) from 0 to 1.

    lines: float (points, 2) as [x, y] in pixels of the page, before the view turns it; width: of the pen, in pixels.
    """
    height, pixels = shape
    drawn = Image.new("L", (pixels * OVERSAMPLED, height * OVERSAMPLED))
    draw, pen = ImageDraw.Draw(drawn), width * OVERSAMPLED
    for line in lines:
        points = [tuple(point) for point in view.apply(line) * OVERSAMPLED]
        draw.line(points, fill=255, width=max(1, round(pen)), joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], fill=255)
    return np.asarray(drawn.reduce(OVERSAMPLED), np.float32) / 255


def lay(light: np.ndarray, covered: np.ndarray, ink: str, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Reflectance (height, width, 3) with ink on it: what it absorbs grows with its layer, which pressure and grain vary."""
    absorbance, grain = INKS[ink]
    layer = covered * (1 - grain * texture(covered.shape, 1, rng)) * (1 - 0.25 * texture(covered.shape, 30, rng))
    return light * np.exp(-strength * layer[..., None] * np.array(absorbance, np.float32))


def ruled(light: np.ndarray, rules: Rules, view: View) -> np.ndarray:
    """Reflectance with printed rules on it."""
    height, width = light.shape[:2]
    pitch = rules.pitch * min(height, width)
    far = 3 * max(height, width)  # beyond the picture, so that the view cannot show their ends
    across = [
        np.array([[-far, at], [0, at], [width, at], [far, at]], float) for at in np.arange(-0.4 * pitch, height * 1.5, pitch)
    ]
    if rules.squared:
        across += [
            line[:, ::-1] * (1, 1)
            for line in (
                np.array([[-far, at], [0, at], [height, at], [far, at]], float)
                for at in np.arange(-0.4 * pitch, width * 1.5, pitch)
            )
        ]
    covered = coverage((height, width), across, max(0.7, 0.004 * min(height, width)), view)
    return light * np.exp(-rules.strength * covered[..., None] * np.array(RULE, np.float32))


def dusty(light: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Reflectance with specks: up to 40 dark dots of at most 1.2 % of the shorter side."""
    height, width = light.shape[:2]
    drawn = Image.new("L", (width * OVERSAMPLED, height * OVERSAMPLED))
    draw = ImageDraw.Draw(drawn)
    for _ in range(round(40 * severity)):
        x, y, radius = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.001, 0.006) * min(height, width)
        draw.ellipse([OVERSAMPLED * value for value in (x - radius, y - radius, x + radius, y + radius)], fill=255)
    covered = np.asarray(drawn.reduce(OVERSAMPLED), np.float32) / 255
    return light * np.exp(-1.2 * covered[..., None])


def paper(shape: tuple[int, int], tint: str, roughness: float, rng: np.random.Generator) -> np.ndarray:
    """Reflectance of bare paper, float32 (height, width, 3): its tint, with fibres and stains of `roughness` × 10 %."""
    rough = texture(shape, 1, rng) * 0.5 + texture(shape, 12, rng) * 0.5
    return np.array(TINTS[tint], np.float32) * (1 - 0.1 * roughness * rough[..., None])


def table(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Reflectance of the table under the sheet, float32 (height, width, 3): dark or light, with a grain along one direction."""
    grain = texture((shape[0], 1), 3, rng) * 0.5 + texture(shape, 6, rng) * 0.5
    tone = np.array([1.0, rng.uniform(0.7, 1), rng.uniform(0.45, 1)], np.float32) * rng.uniform(0.05, 0.4)
    return tone * (0.7 + 0.6 * grain[..., None])


def texture(shape: tuple[int, int], size: float, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise, float32 (height, width) from 0 to 1, its grains about `size` pixels large."""
    small = tuple(max(2, round(side / max(size, 1))) for side in shape)
    levels = Image.fromarray(rng.integers(0, 256, small, np.uint8)).resize(shape[::-1], Image.Resampling.BICUBIC)
    return np.asarray(levels.filter(ImageFilter.GaussianBlur(0.6)), np.float32) / 255
