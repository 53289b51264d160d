"""Sheet of images: a grid, each image on paper with its caption below. For samples and for the worst mistakes."""

from collections.abc import Collection, Sequence

import numpy as np
from PIL import Image, ImageDraw

from inkling.plotting.text import drawable, font, shortened, width

COLUMNS = 10
ZOOM = 3
"""Pixels of the sheet for a pixel of an image, so that each can be seen."""

CAPTION_SIZE, LINE, SPACE = 15, 19, 5
"""Of captions, in pixels: height of the letters, from one line to the next, between words."""

MOST_LINES = 3
MARGIN, PADDING, GAP = 24, 6, 10
"""Pixels around the sheet, around each image in its frame, and between frames."""

GROUND, PAPER, FRAME, INK = (243, 245, 248), (255, 255, 255), (205, 211, 220), (28, 34, 48)
WRONG = (190, 24, 40)  # 6:1 on the ground

ARROW = "→"
"""Pillow's built-in font has none, and a caption of a mistake needs one: it is drawn as lines."""

ARROW_LENGTH = 13


def sheet(
    images: np.ndarray, captions: Sequence[str], columns: int = COLUMNS, wrong: Collection[int] | None = None
) -> Image.Image:
    """Draw images, uint8 (n, 28, 28), 0 = paper, row by row with their captions, as an RGB picture.

    wrong: positions whose frame and caption are red. Captions are wrapped, and shortened where that is not enough.
    Raises ValueError where there are no images, no columns, or not one caption for each image.
    """
    if len(images) == 0 or len(images) != len(captions) or columns < 1:
        raise ValueError(f"Expected one caption for each of 1 or more images. Received {len(images)} and {len(captions)}.")
    size = images.shape[2] * ZOOM, images.shape[1] * ZOOM
    zoomed = [Image.fromarray(255 - image).resize(size, Image.Resampling.NEAREST) for image in images]
    return sheet_of(zoomed, captions, columns, wrong)


def sheet_of(
    pictures: Sequence[Image.Image], captions: Sequence[str], columns: int, wrong: Collection[int] | None = None
) -> Image.Image:
    """The same of one or more pictures, all of one size, as they are."""
    wrong = frozenset(wrong or ())
    wide, high = (extent + 2 * PADDING for extent in pictures[0].size)  # of a frame
    lines = [_wrap(caption, wide) for caption in captions]
    deepest = max(1, *map(len, lines))
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    step = wide + GAP, high + deepest * LINE + 2 * GAP  # from one frame to the next
    size = columns * step[0] - GAP + 2 * MARGIN, rows * step[1] - 2 * GAP + 2 * MARGIN
    whole = Image.new("RGB", size, GROUND)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        left, top = MARGIN + column * step[0], MARGIN + row * step[1]
        outline, thick = (WRONG, 2) if index in wrong else (FRAME, 1)
        ImageDraw.Draw(whole).rectangle((left, top, left + wide - 1, top + high - 1), PAPER, outline, thick)
        whole.paste(picture, (left + PADDING, top + PADDING))
        for number, words in enumerate(lines[index]):
            baseline = top + high + GAP // 2 + number * LINE + CAPTION_SIZE
            _draw_words(whole, left + wide / 2, baseline, words, WRONG if index in wrong else INK)
    return whole


def _wrap(caption: str, room: float) -> list[list[str]]:
    """A caption's words in at most MOST_LINES lines no wider than `room`, each word shortened to it."""
    lines: list[list[str]] = []
    for word in caption.split():
        if word != ARROW:
            word = shortened(word, CAPTION_SIZE, room)
        if lines and _width([*lines[-1], word]) <= room:
            lines[-1].append(word)
        elif len(lines) < MOST_LINES:
            lines.append([word])
        else:
            lines[-1] = [*lines[-1][:-1], "…"]
            break
    return lines


def _width(words: Sequence[str]) -> float:
    return sum(ARROW_LENGTH if word == ARROW else width(word, CAPTION_SIZE) for word in words) + SPACE * (len(words) - 1)


def _draw_words(
    picture: Image.Image, middle: float, baseline: float, words: Sequence[str], colour: tuple[int, int, int]
) -> None:
    """Write a line around its middle."""
    draw, x = ImageDraw.Draw(picture), middle - _width(words) / 2
    for word in words:
        if word == ARROW:
            _draw_arrow(draw, x, baseline - CAPTION_SIZE * 0.34, colour)
        else:
            draw.text((x, baseline), drawable(word), colour, font(CAPTION_SIZE), "ls")
        x += _width([word]) + SPACE


def _draw_arrow(draw: ImageDraw.ImageDraw, left: float, middle: float, colour: tuple[int, int, int]) -> None:
    tip, y, head = round(left + ARROW_LENGTH), round(middle), ARROW_LENGTH // 4
    draw.line((round(left), y, tip, y), colour)
    draw.line((tip - head, y - head, tip, y, tip - head, y + head), colour)
