"""Photographs: strokes on paper under a light, through a lens onto a sensor, as a picture file."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from tests.support.synthetic_photos import lighting
from tests.support.synthetic_photos.camera import overhead_view, tilted_view
from tests.support.synthetic_photos.paper import (
    OVERSAMPLING,
    RuledLines,
    Strokes,
    add_dust,
    add_ink,
    add_ruled_lines,
    make_paper,
    make_table,
    rasterize_coverage,
)


@dataclass(frozen=True)
class Scene:
    """What is photographed, and how. Severities range from 0 (none) to 1 (as bad as in real submissions)."""

    ink: str = "black"
    paper: str = "white"
    roughness: float = 0.3
    ruled_lines: RuledLines | None = None
    frame: float = 0  # width of a rectangle drawn around the strokes, in pen widths
    dust: float = 0
    table: float = 0  # maximum share of the picture's width beyond the sheet
    gradient: float = 0
    vignette: float = 0
    shadow: float = 0
    shadow_softness: float = 0.4
    tilt: float = 0
    blur: float = 0  # radius in pen widths
    noise: float = 0
    exposure: float = 0.9
    quality: int = 90  # of the JPEG; 0 for a PNG
    is_blackboard: bool = False  # chalk on a blackboard: reflectances are inverted before the light falls


def expose(strokes: Strokes, shape: tuple[int, int], pen_width: float, scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """What the sensor records: uint8 (height, width, 3), sRGB.

    strokes: float (points, 2) as [x, y], y down, in pixels of the picture as seen from directly above. pen_width: in pixels.
    """
    view = tilted_view(shape, scene.tilt, rng) if scene.tilt else overhead_view()
    sheet = make_paper(shape, scene.paper, scene.roughness, rng)
    if scene.ruled_lines:
        sheet = add_ruled_lines(sheet, scene.ruled_lines, view)
    if scene.dust:
        sheet = add_dust(sheet, scene.dust, rng)
    if scene.frame and strokes:
        frame = rasterize_coverage(shape, [_surrounding_rectangle(strokes, pen_width, rng)], pen_width * scene.frame, view)
        sheet = add_ink(sheet, frame, "black", rng, 0.8)
    if strokes:
        sheet = add_ink(sheet, rasterize_coverage(shape, strokes, pen_width, view), scene.ink, rng)
    if scene.is_blackboard:
        sheet = 0.95 - sheet
        sheet = 0.04 + 0.9 * np.clip(sheet, 0, 1)
    if scene.table:
        covered = _sheet_mask(shape, scene.table, rng)[..., None]
        sheet = sheet * covered + make_table(shape, rng) * (1 - covered)
    lit = sheet * (_light(shape, scene, rng) * scene.exposure)[..., None]
    return _record(lit, scene, pen_width, rng)


def photograph(strokes: Strokes, shape: tuple[int, int], pen_width: float, scene: Scene, rng: np.random.Generator) -> bytes:
    """The picture of `expose` as the bytes of a JPEG, or of a PNG if the scene's quality is 0."""
    file, picture = io.BytesIO(), Image.fromarray(expose(strokes, shape, pen_width, scene, rng))
    picture.save(file, **({"format": "JPEG", "quality": scene.quality} if scene.quality else {"format": "PNG"}))
    return file.getvalue()


def _light(shape: tuple[int, int], scene: Scene, rng: np.random.Generator) -> np.ndarray:
    light = np.ones(shape, np.float32)
    if scene.gradient:
        light = light * lighting.gradient(shape, scene.gradient, rng)
    if scene.vignette:
        light = light * lighting.vignette(shape, scene.vignette, rng)
    if scene.shadow:
        light = light * lighting.shadow(shape, scene.shadow, scene.shadow_softness, rng)
    return light.astype(np.float32)


def _record(lit: np.ndarray, scene: Scene, pen_width: float, rng: np.random.Generator) -> np.ndarray:
    """Linear light (height, width, 3) -> sRGB, with the lens' blur and the sensor's noise."""
    if scene.blur:
        lit = _blur(lit, scene.blur * pen_width)
    if scene.noise:
        spread = scene.noise * np.sqrt(0.0008 * np.clip(lit, 0, 1) + 0.00008)
        lit = lit + rng.normal(size=lit.shape).astype(np.float32) * spread
    lit = np.clip(lit, 0, 1)
    encoded = np.where(lit <= 0.0031308, 12.92 * lit, 1.055 * lit ** (1 / 2.4) - 0.055)  # sRGB, IEC 61966-2-1
    return (encoded * 255 + 0.5).astype(np.uint8)


def _blur(lit: np.ndarray, radius: float) -> np.ndarray:
    """Gaussian blur with a standard deviation of half the radius, in the frequency domain."""
    margin = int(2 * radius) + 1
    padded = np.pad(lit, ((margin, margin), (margin, margin), (0, 0)), "edge")
    down, across = np.fft.fftfreq(padded.shape[0])[:, None], np.fft.rfftfreq(padded.shape[1])[None, :]
    passed = np.exp(-2 * (np.pi * radius / 2) ** 2 * (down**2 + across**2))
    soft = np.fft.irfft2(np.fft.rfft2(padded, axes=(0, 1)) * passed[..., None], padded.shape[:2], axes=(0, 1))
    return soft[margin:-margin, margin:-margin].astype(np.float32)


def _sheet_mask(shape: tuple[int, int], max_inset: float, rng: np.random.Generator) -> np.ndarray:
    """Where the sheet lies, float32 (height, width), 0..1: up to three of its edges are visible, slightly rotated."""
    height, width = shape
    inset = rng.uniform(0, max_inset, 8) * (rng.permutation(4).repeat(2) > 0)  # at least one edge stays invisible
    inset[inset == 0] = -0.3
    left0, left1, top0, top1, right0, right1, bottom0, bottom1 = inset
    corners = [(left0, top0), (1 - right0, top1), (1 - right1, 1 - bottom1), (left1, 1 - bottom0)]
    canvas = Image.new("L", (width * OVERSAMPLING, height * OVERSAMPLING))
    polygon = [(x * width * OVERSAMPLING, y * height * OVERSAMPLING) for x, y in corners]
    ImageDraw.Draw(canvas).polygon(polygon, fill=255)
    return np.asarray(canvas.reduce(OVERSAMPLING), np.float32) / 255


def _surrounding_rectangle(strokes: Strokes, pen_width: float, rng: np.random.Generator) -> np.ndarray:
    """A rectangle around the strokes with a gap of 1.5 to 4 pen widths."""
    points = np.concatenate(strokes)
    left, top = points.min(0) - pen_width * rng.uniform(1.5, 4, 2)
    right, bottom = points.max(0) + pen_width * rng.uniform(1.5, 4, 2)
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]])
