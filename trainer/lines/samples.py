"""Training samples of line models: lines composed of single characters, as the recognizer cuts them out of a picture."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from inkling.errors import EmptyPicture
from inkling.imaging.foreground import extract_foreground
from inkling.limits import Limits
from inkling.recognition.component_filter import filter_components
from inkling.recognition.line_image import extract_line_image
from inkling.recognition.oversegmentation import Segment, SegmentMap
from inkling.recognition.text_lines import find_text_lines
from trainer.augmentation.strokes import jitter_strokes
from trainer.data.synthetic.drawing import Strokes
from trainer.data.synthetic.text_lines import PageLayout, generate_line, is_dot

OTHER = 10
"""Symbol of a character that is no digit."""

MAX_CHARACTERS = 10
TOUCHING_SHARES = 0.0, 0.1, 0.25, 0.25, 0.4, 0.7
OVERLAPS = 0.2, 0.5

IMAGE_SHARE = 0.3
"""Share of the lines that are composed of images rather than of strokes."""

WORD_SHARE = 0.12
"""Share of the lines that are words of letters."""

JITTER_SHARE = 0.6
"""Share of the characters drawn by another hand."""

LOW_RESOLUTION_SHARE, LOW_HEIGHTS = 0.25, (10, 24)
"""Share of the lines that are shrunk, and the range of their height in pixels."""

IMAGE_HEIGHTS = 24, 64
"""Range of the height of the digits of a line of images, in pixels."""

MAX_ADVANCE = 2.5
"""Width in heights that is reserved for each digit of a line of images; none needs as much."""


@dataclass(frozen=True)
class CharacterPool:
    """The characters that lines are composed of.

    writers: the drawings of each writer by digit. images: uint8 (n, 28, 28) with their digits, int (n,).
    letters: strokes of characters that are no digits.
    """

    writers: list[dict[int, list[Strokes]]]
    images: np.ndarray
    digits: np.ndarray
    letters: list[Strokes]


@dataclass(frozen=True)
class LineSample:
    """image: uint8 (28, width). symbols: int (n,), a digit or `OTHER` for each character."""

    image: np.ndarray
    symbols: list[int]


def generate_samples(pool: CharacterPool, count: int, seed: int) -> list[LineSample]:
    """Generate at most `count` samples; the others were not found again as one line.

    A sample depends on the pool, the seed and its index only.
    """
    chunks = [range(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
    processes = min(os.cpu_count() or 1, 8)
    if processes == 1 or len(chunks) == 1:
        _set_pool(pool)
        parts = [_generate(chunk, seed) for chunk in chunks]
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, context, _set_pool, (pool,)) as executor:
            parts = list(executor.map(_generate, chunks, [seed] * len(chunks)))
    return [sample for part in parts for sample in part]


CHUNK = 500
_pool: list[CharacterPool] = []


def _set_pool(pool: CharacterPool) -> None:
    _pool[:] = [pool]


def _generate(indices: Sequence[int], seed: int) -> list[LineSample]:
    samples = (generate_sample(_pool[0], np.random.default_rng([seed, index])) for index in indices)
    return [sample for sample in samples if sample is not None]


def generate_sample(pool: CharacterPool, rng: np.random.Generator) -> LineSample | None:
    """Compose a line and find it again in its picture; None if that fails."""
    count = int(rng.integers(1, MAX_CHARACTERS + 1))
    if len(pool.images) and rng.random() < IMAGE_SHARE:
        chosen = rng.integers(0, len(pool.images), count)
        symbols, picture = pool.digits[chosen].tolist(), 255 - _paste(pool.images[chosen], rng)
    else:
        symbols, drawings = _choose_drawings(pool, count, rng)
        if not drawings:
            return None
        drawings = [jitter_strokes(each, rng) if rng.random() < JITTER_SHARE else each for each in drawings]
        layout = PageLayout(
            touching=TOUCHING_SHARES[rng.integers(len(TOUCHING_SHARES))],
            min_one_touches=False,
            overlap=OVERLAPS[rng.integers(len(OVERLAPS))],
        )
        picture = generate_line(drawings, layout, rng).picture()
    image = read_line_image(_degrade(picture, rng))
    return None if image is None else LineSample(image, symbols)


def read_line_image(picture: np.ndarray) -> np.ndarray | None:
    """The line image of a picture, uint8 (height, width), as the recognizer makes it; None if it has not exactly one line."""
    try:
        ink = extract_foreground(picture)
    except EmptyPicture:
        return None
    components, selected = filter_components(ink, Limits().max_digits)
    if not len(selected):
        return None
    lines = find_text_lines(components.boxes[selected])
    if len(lines) != 1:
        return None
    members = selected[lines[0].components].tolist()
    segments = [Segment(component + 1, components.boxes[component], component, None, None) for component in members]
    return extract_line_image(segments, ink, SegmentMap(components)).pixels


def _choose_drawings(pool: CharacterPool, count: int, rng: np.random.Generator) -> tuple[list[int], list[Strokes]]:
    if pool.letters and rng.random() < WORD_SHARE:
        letters = [pool.letters[index] for index in rng.integers(0, len(pool.letters), count)]
        drawings = [letter for letter in letters if not is_dot(letter)]
        return [OTHER] * len(drawings), drawings
    by_digit = pool.writers[rng.integers(len(pool.writers))]
    digits = rng.choice(sorted(by_digit), count).tolist()
    return digits, [by_digit[digit][rng.integers(len(by_digit[digit]))] for digit in digits]


def _paste(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paste images of digits, uint8 (n, 28, 28), next to each other: uint8 (height, width), 0 = paper."""
    height = rng.uniform(*IMAGE_HEIGHTS)
    spacing = rng.uniform(-0.05, 0.25) * height
    side = int(2.4 * height)
    canvas = np.zeros((side, int(MAX_ADVANCE * height * len(images) + 2 * height)), np.uint8)
    middle = int(1.6 * height * len(images) + 2 * height) / 3
    edge = np.full(side, -np.inf)  # right end of the ink in each row
    position = int(0.5 * height)
    slope = rng.uniform(-0.1, 0.1)
    for image in images:
        rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
        glyph = Image.fromarray(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
        scale = height / 20 * np.exp(rng.normal(0, 0.07))
        size = max(1, round(glyph.width * scale)), max(1, round(glyph.height * scale))
        levels = np.asarray(glyph.resize(size, Image.Resampling.BICUBIC))
        top = int((side - levels.shape[0]) / 2 + rng.normal(0, 0.05) * height + slope * (position - middle))
        top = int(np.clip(top, 0, side - levels.shape[0]))
        has_ink = (levels > 100).any(1)
        start = np.where(has_ink, (levels > 100).argmax(1), 10**6)
        window = slice(top, top + levels.shape[0])
        gap = rng.uniform(-0.08, 0.0) * height if rng.random() < 0.35 else spacing + rng.gamma(2, 0.05) * height
        left = float((_widen(edge[window], 2) + gap - start)[has_ink].max()) if has_ink.any() else 0.0
        left = int(max(position if np.isinf(left) else left, position - 0.2 * height))
        canvas[window, left : left + levels.shape[1]] = np.maximum(canvas[window, left : left + levels.shape[1]], levels)
        end = left + levels.shape[1] - (levels > 100)[:, ::-1].argmax(1)
        edge[window] = np.where(has_ink, np.maximum(edge[window], end), edge[window])
        position = left + levels.shape[1]
    return canvas


def _widen(edge: np.ndarray, by: int) -> np.ndarray:
    """The maximum of each value and its neighbors."""
    return np.max([np.roll(edge, shift) for shift in range(-by, by + 1)], 0)


def _degrade(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shrink some pictures, reduce some to two levels, blur some."""
    image = Image.fromarray(picture)
    if rng.random() < LOW_RESOLUTION_SHARE:
        scale = rng.uniform(*LOW_HEIGHTS) / image.height * 1.5
        if scale < 1:
            image = image.resize(
                (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.BOX
            )
    match rng.integers(6):
        case 0:
            image = image.point([255 * (level >= 128) for level in range(256)])
        case 1:
            image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    return np.asarray(image)
