"""Photographs: strokes on a sheet under a light through a lens onto a sensor, as a picture file."""

import io
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from tests.support.synthetic_photos import light as lights
from tests.support.synthetic_photos.sheet import OVERSAMPLED, Rules, Strokes, coverage, dusty, lay, paper, ruled, table
from tests.support.synthetic_photos.view import slanted, straight


@dataclass(frozen=True)
class Scene:
    """What is photographed, and how. Severities run from 0 (none) to 1 (as bad as people send them)."""

    ink: str = "black"
    tint: str = "white"
    roughness: float = 0.3
    rules: Rules | None = None
    frame: float = 0  # width of a box drawn round the strokes, in pens
    dust: float = 0
    table: float = 0  # share of the picture's width, at most, that lies beyond the sheet
    gradient: float = 0
    vignette: float = 0
    shadow: float = 0
    softness: float = 0.4  # of the shadow's edge
    slant: float = 0
    blur: float = 0  # radius in pens
    noise: float = 0
    exposure: float = 0.9
    quality: int = 90  # of the JPEG; 0: a PNG
    board: bool = False  # chalk on a blackboard: all is turned round before the light falls


def expose(strokes: Strokes, shape: tuple[int, int], pen: float, scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """What the sensor sees: uint8 (height, width, 3), sRGB.

    strokes: float (points, 2) as [x, y], y down, in pixels of the picture as seen from right above; pen: width in pixels.
    """
    view = slanted(shape, scene.slant, rng) if scene.slant else straight()
    sheet = paper(shape, scene.tint, scene.roughness, rng)
    if scene.rules:
        sheet = ruled(sheet, scene.rules, view)
    if scene.dust:
        sheet = dusty(sheet, scene.dust, rng)
    if scene.frame and strokes:
        sheet = lay(sheet, coverage(shape, [_box_round(strokes, pen, rng)], pen * scene.frame, view), "black", rng, 0.8)
    if strokes:
        sheet = lay(sheet, coverage(shape, strokes, pen, view), scene.ink, rng)
    if scene.board:
        sheet = 0.95 - sheet  # what absorbed light now sends it back
        sheet = 0.04 + 0.9 * np.clip(sheet, 0, 1)
    if scene.table:
        covered = _sheet_mask(shape, scene.table, rng)[..., None]
        sheet = sheet * covered + table(shape, rng) * (1 - covered)
    lit = sheet * (_light(shape, scene, rng) * scene.exposure)[..., None]
    return _sensor(lit, scene, pen, rng)


def photograph(strokes: Strokes, shape: tuple[int, int], pen: float, scene: Scene, rng: np.random.Generator) -> bytes:
    """The same as the bytes of a JPEG, or of a PNG where the scene's quality is 0."""
    file, picture = io.BytesIO(), Image.fromarray(expose(strokes, shape, pen, scene, rng))
    picture.save(file, **({"format": "JPEG", "quality": scene.quality} if scene.quality else {"format": "PNG"}))
    return file.getvalue()


def place(strokes: Strokes, box: tuple[float, float, float, float]) -> Strokes:
    """Scale a drawing, in any units, into the middle of a box [left, top, right, bottom] of the page; its shape stays."""
    corner, far = np.min([stroke.min(0) for stroke in strokes], 0), np.max([stroke.max(0) for stroke in strokes], 0)
    extent, room = far - corner, np.subtract(box[2:], box[:2])
    scale = min(room[axis] / extent[axis] for axis in (0, 1) if extent[axis] > 0) if extent.any() else 1
    return [(stroke - (corner + far) / 2) * scale + np.add(box[:2], box[2:]) / 2 for stroke in strokes]


def at_random(scene: Scene, rng: np.random.Generator) -> Scene:
    """The scene with two or three more troubles drawn by chance, so that they meet."""
    troubles = [
        {"gradient": rng.uniform(0.4, 1)},
        {"vignette": rng.uniform(0.4, 1)},
        {"shadow": rng.uniform(0.4, 0.9), "softness": rng.choice([0.01, 0.05, 0.4])},
        {"rules": Rules(rng.uniform(0.08, 0.25), rng.uniform(0.2, 0.8), bool(rng.integers(2)))},
        {"ink": str(rng.choice(["blue", "pencil", "red"]))},
        {"tint": str(rng.choice(["cream", "recycled", "yellow", "green", "pink", "blue"]))},
        {"slant": rng.uniform(0.3, 1)},
        {"blur": rng.uniform(0.2, 0.6)},
        {"noise": rng.uniform(0.3, 1)},
        {"quality": int(rng.integers(25, 60))},
        {"dust": rng.uniform(0.3, 1)},
        {"table": rng.uniform(0.05, 0.15)},
        {"exposure": rng.uniform(0.3, 0.7)},
    ]
    for chosen in rng.choice(len(troubles), rng.integers(2, 4), replace=False):
        scene = replace(scene, **troubles[chosen])
    return scene


def _light(shape: tuple[int, int], scene: Scene, rng: np.random.Generator) -> np.ndarray:
    light = np.ones(shape, np.float32)
    if scene.gradient:
        light = light * lights.gradient(shape, scene.gradient, rng)
    if scene.vignette:
        light = light * lights.vignette(shape, scene.vignette, rng)
    if scene.shadow:
        light = light * lights.shadow(shape, scene.shadow, scene.softness, rng)
    return light.astype(np.float32)


def _sensor(lit: np.ndarray, scene: Scene, pen: float, rng: np.random.Generator) -> np.ndarray:
    """Linear light (height, width, 3) -> sRGB: the lens blurs it, photons and the amplifier add noise."""
    if scene.blur:
        lit = _blurred(lit, scene.blur * pen)
    if scene.noise:
        spread = scene.noise * np.sqrt(0.0008 * np.clip(lit, 0, 1) + 0.00008)
        lit = lit + rng.normal(size=lit.shape).astype(np.float32) * spread
    lit = np.clip(lit, 0, 1)
    encoded = np.where(lit <= 0.0031308, 12.92 * lit, 1.055 * lit ** (1 / 2.4) - 0.055)  # sRGB, IEC 61966-2-1
    return (encoded * 255 + 0.5).astype(np.uint8)


def _blurred(lit: np.ndarray, radius: float) -> np.ndarray:
    """Out of focus: a Gaussian of half that radius as its standard deviation, made of products in the frequencies."""
    margin = int(2 * radius) + 1
    padded = np.pad(lit, ((margin, margin), (margin, margin), (0, 0)), "edge")
    down, across = np.fft.fftfreq(padded.shape[0])[:, None], np.fft.rfftfreq(padded.shape[1])[None, :]
    passed = np.exp(-2 * (np.pi * radius / 2) ** 2 * (down**2 + across**2))
    soft = np.fft.irfft2(np.fft.rfft2(padded, axes=(0, 1)) * passed[..., None], padded.shape[:2], axes=(0, 1))
    return soft[margin:-margin, margin:-margin].astype(np.float32)


def _sheet_mask(shape: tuple[int, int], most: float, rng: np.random.Generator) -> np.ndarray:
    """Where the sheet lies, float32 (height, width) from 0 to 1: up to three of its edges are in view, not quite upright."""
    height, width = shape
    inset = rng.uniform(0, most, 8) * (rng.permutation(4).repeat(2) > 0)  # one side at least stays out of view
    inset[inset == 0] = -0.3
    left0, left1, top0, top1, right0, right1, bottom0, bottom1 = inset
    corners = [(left0, top0), (1 - right0, top1), (1 - right1, 1 - bottom1), (left1, 1 - bottom0)]
    drawn = Image.new("L", (width * OVERSAMPLED, height * OVERSAMPLED))
    ImageDraw.Draw(drawn).polygon([(x * width * OVERSAMPLED, y * height * OVERSAMPLED) for x, y in corners], fill=255)
    return np.asarray(drawn.reduce(OVERSAMPLED), np.float32) / 255


def _box_round(strokes: Strokes, pen: float, rng: np.random.Generator) -> np.ndarray:
    """A rectangle round the strokes with a gap of one and a half to four pens."""
    points = np.concatenate(strokes)
    left, top = points.min(0) - pen * rng.uniform(1.5, 4, 2)
    right, bottom = points.max(0) + pen * rng.uniform(1.5, 4, 2)
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]])
