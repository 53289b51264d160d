"""Grid of images with captions, for dataset samples and for mistakes."""

from collections.abc import Collection, Sequence

import numpy as np
from PIL import Image, ImageDraw

from inkling.plotting.text import drawable, font, text_width, truncate

COLUMNS = 10
ZOOM = 3
"""Pixels per pixel of an image."""

CAPTION_SIZE, LINE_HEIGHT, SPACE = 15, 19, 5
"""Font size, line height and word spacing of captions, in pixels."""

MAX_LINES = 3
MARGIN, PADDING, GAP = 24, 6, 10
"""Pixels around the grid, around each image in its frame, and between frames."""

BACKGROUND, PAPER, FRAME, INK = (243, 245, 248), (255, 255, 255), (205, 211, 220), (28, 34, 48)
WRONG = (190, 24, 40)  # contrast 6:1 with the background

ARROW = "→"
"""Pillow's built-in font lacks it, so it is drawn as lines."""

ARROW_LENGTH = 13


def image_grid(
    images: np.ndarray, captions: Sequence[str], columns: int = COLUMNS, wrong: Collection[int] | None = None
) -> Image.Image:
    """Draw images, uint8 (n, 28, 28), 0 = paper, row by row with their captions, as an RGB picture.

    wrong: positions whose frame and caption are red. Captions are wrapped, and truncated if they still don't fit.
    Raises ValueError if there are no images, no columns, or a different number of captions.
    """
    if len(images) == 0 or len(images) != len(captions) or columns < 1:
        raise ValueError(f"Expected at least one image and as many captions, got {len(images)} and {len(captions)}.")
    size = images.shape[2] * ZOOM, images.shape[1] * ZOOM
    zoomed = [Image.fromarray(255 - image).resize(size, Image.Resampling.NEAREST) for image in images]
    return picture_grid(zoomed, captions, columns, wrong)


def picture_grid(
    pictures: Sequence[Image.Image], captions: Sequence[str], columns: int, wrong: Collection[int] | None = None
) -> Image.Image:
    """Draw RGB or gray pictures of one size with their captions, see `image_grid`."""
    highlighted = frozenset(wrong or ())
    frame_width, frame_height = (extent + 2 * PADDING for extent in pictures[0].size)  # size of a frame
    lines = [_wrap(caption, frame_width) for caption in captions]
    max_lines = max(1, *map(len, lines))
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    step = frame_width + GAP, frame_height + max_lines * LINE_HEIGHT + 2 * GAP  # distance between frames
    size = columns * step[0] - GAP + 2 * MARGIN, rows * step[1] - 2 * GAP + 2 * MARGIN
    grid = Image.new("RGB", size, BACKGROUND)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        left, top = MARGIN + column * step[0], MARGIN + row * step[1]
        outline, thickness = (WRONG, 2) if index in highlighted else (FRAME, 1)
        ImageDraw.Draw(grid).rectangle((left, top, left + frame_width - 1, top + frame_height - 1), PAPER, outline, thickness)
        grid.paste(picture, (left + PADDING, top + PADDING))
        for number, words in enumerate(lines[index]):
            baseline = top + frame_height + GAP // 2 + number * LINE_HEIGHT + CAPTION_SIZE
            _draw_words(grid, left + frame_width / 2, baseline, words, WRONG if index in highlighted else INK)
    return grid


def _wrap(caption: str, max_width: float) -> list[list[str]]:
    """Split a caption into at most MAX_LINES lines of words, each no wider than `max_width`."""
    lines: list[list[str]] = []
    for word in caption.split():
        if word != ARROW:
            word = truncate(word, CAPTION_SIZE, max_width)
        if lines and _width([*lines[-1], word]) <= max_width:
            lines[-1].append(word)
        elif len(lines) < MAX_LINES:
            lines.append([word])
        else:
            lines[-1] = [*lines[-1][:-1], "…"]
            break
    return lines


def _width(words: Sequence[str]) -> float:
    return sum(ARROW_LENGTH if word == ARROW else text_width(word, CAPTION_SIZE) for word in words) + SPACE * (len(words) - 1)


def _draw_words(
    picture: Image.Image, middle: float, baseline: float, words: Sequence[str], color: tuple[int, int, int]
) -> None:
    """Draw a line of words centered at `middle`."""
    draw, x = ImageDraw.Draw(picture), middle - _width(words) / 2
    for word in words:
        if word == ARROW:
            _draw_arrow(draw, x, baseline - CAPTION_SIZE * 0.34, color)
        else:
            draw.text((x, baseline), drawable(word), color, font(CAPTION_SIZE), "ls")
        x += _width([word]) + SPACE


def _draw_arrow(draw: ImageDraw.ImageDraw, left: float, middle: float, color: tuple[int, int, int]) -> None:
    tip, y, head = round(left + ARROW_LENGTH), round(middle), ARROW_LENGTH // 4
    draw.line((round(left), y, tip, y), color)
    draw.line((tip - head, y - head, tip, y, tip - head, y + head), color)
