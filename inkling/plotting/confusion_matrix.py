"""Confusion matrix -> picture: rows true, columns predicted, the number in every cell, darker the more there are."""

import numpy as np

from inkling.errors import BadInput
from inkling.evaluation.metrics import shares
from inkling.plotting.canvas import Box, Colour, Drawing, Line
from inkling.plotting.text import shortened, width

WHOLES = {None: "counts", "true": "% of each row", "predicted": "% of each column", "all": "% of all"}
"""What `normalize` may be, and what the numbers in the cells then are."""

INK: Colour = (17, 24, 39)
MUTED: Colour = (87, 96, 112)  # 6:1 on white
GRID: Colour = (221, 226, 234)
SHADES: list[Colour] = [(255, 255, 255), (219, 234, 249), (112, 168, 218), (29, 98, 168), (8, 42, 92)]
"""One hue, from none to the largest number."""

MARGIN, GAP = 28, 8
TITLE_SIZE, NOTE_SIZE = 22, 14
LONGEST_LABEL = 150
"""Labels are shortened to this many pixels."""


def confusion_png(labels: list[str], counts: np.ndarray, normalize: str | None = None, title: str | None = None) -> bytes:
    """Draw counts, int (labels, labels), where [i, j] is how often label i was read as label j, as a PNG.

    normalize: None writes counts, "true", "predicted" and "all" the shares of `metrics.shares` in per cent.
    Raises BadInput for another `normalize`, ValueError where the counts do not fit the labels.
    """
    return lay_out(labels, counts, normalize, title).png()


def confusion_svg(labels: list[str], counts: np.ndarray, normalize: str | None = None, title: str | None = None) -> str:
    """The same drawing as `confusion_png`, as SVG."""
    return lay_out(labels, counts, normalize, title).svg()


def lay_out(labels: list[str], counts: np.ndarray, normalize: str | None = None, title: str | None = None) -> Drawing:
    """Place title, axes, labels and cells."""
    counts = np.asarray(counts)
    if counts.shape != (len(labels), len(labels)):
        raise ValueError(f"Expected counts of shape {(len(labels), len(labels))}. Received {counts.shape}.")
    if normalize not in WHOLES:
        raise BadInput(f"Expected normalize as one of true, predicted, all. Received {normalize!r:.40}.")
    values = counts if normalize is None else 100 * shares(counts, normalize)
    texts = [[cell_text(value, normalize) for value in row] for row in values]

    size = int(np.clip(200 / len(labels), 10, 22))  # of the numbers, in pixels
    widest = max(width(text, size) for row in texts for text in row)
    side = round(max(widest + size, size * 2.2, min(560 / len(labels), 120)))  # of a cell
    grid = side * len(labels)
    label_size = int(np.clip(side * 0.34, 11, 18))
    shown = [shortened(label, label_size, LONGEST_LABEL) for label in labels]
    longest = round(max(width(label, label_size) for label in shown))
    upright = longest + GAP <= side

    left = MARGIN + NOTE_SIZE + 2 * GAP + longest + GAP
    heading = MARGIN + TITLE_SIZE + GAP + NOTE_SIZE
    top = heading + 2 * GAP + NOTE_SIZE + 2 * GAP + (label_size if upright else longest) + GAP
    note = _note(counts, normalize)
    heading_room = max(grid + left - MARGIN, round(width(note, NOTE_SIZE) * 1.15), 400)
    shapes = [
        Line.fitted(MARGIN, MARGIN + TITLE_SIZE * 0.8, title or "Confusion matrix", TITLE_SIZE, INK, heading_room),
        Line(MARGIN, heading, note, NOTE_SIZE, MUTED),
        Line(left + grid / 2, heading + 3 * GAP + NOTE_SIZE / 2, "Predicted label (columns)", NOTE_SIZE, MUTED, "middle"),
        Line(MARGIN + NOTE_SIZE * 0.8, top + grid / 2, "True label (rows)", NOTE_SIZE, MUTED, "middle", turned=True),
        *_column_labels(labels, left, top, side, label_size, upright),
        *_row_labels(labels, left, top, side, label_size),
        *_cells(values, left, top, side),
        *_numbers(values, texts, left, top, side, size),
    ]
    return Drawing(max(left + grid, MARGIN + heading_room) + MARGIN, top + grid + MARGIN, shapes)


def shade(value: float, largest: float) -> Colour:
    """The colour of a number between 0 and the largest. It follows the fourth root, so that single mistakes show beside a
    diagonal of thousands.
    """
    place = (value / largest) ** (1 / 4) * (len(SHADES) - 1) if largest > 0 else 0.0
    stops = np.arange(len(SHADES))
    return tuple(round(float(np.interp(place, stops, channel))) for channel in zip(*SHADES, strict=True))


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2's contrast ratio of two sRGB colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_colour(ground: Colour, none: bool) -> Colour:
    """Black or white, whichever reads better on the ground; muted where the number is 0."""
    if none:
        return MUTED
    return max(((0, 0, 0), (255, 255, 255)), key=lambda colour: contrast(colour, ground))


def cell_text(value: float, normalize: str | None) -> str:
    """A count in full; a share with one decimal, without rounding to "none" or to "all" what is not."""
    if normalize is None:
        return str(int(value))
    if value in (0, 100):
        return str(int(value))
    if value < 0.05:
        return "<0.1"
    return ">99.9" if value >= 99.95 else f"{value:.1f}"


def _note(counts: np.ndarray, normalize: str | None) -> str:
    n, right = int(counts.sum()), int(np.trace(counts))
    accuracy = f"{100 * right / n:.2f} %" if n else "unknown"
    return f"n = {n:,} · right: {right:,} · accuracy: {accuracy} · cells: {WHOLES[normalize]}"


def _column_labels(labels: list[str], left: int, top: int, side: int, size: int, upright: bool) -> list[Line]:
    middles = [left + side * column + side / 2 for column in range(len(labels))]
    if upright:
        return [
            Line.fitted(x, top - GAP, label, size, INK, side, anchor="middle") for x, label in zip(middles, labels, strict=True)
        ]
    return [
        Line.fitted(x + size * 0.35, top - GAP, label, size, INK, LONGEST_LABEL, turned=True)
        for x, label in zip(middles, labels, strict=True)
    ]


def _row_labels(labels: list[str], left: int, top: int, side: int, size: int) -> list[Line]:
    middles = [top + side * row + side / 2 for row in range(len(labels))]
    return [
        Line.fitted(left - GAP, y + size * 0.35, label, size, INK, LONGEST_LABEL, anchor="end")
        for y, label in zip(middles, labels, strict=True)
    ]


def _cells(values: np.ndarray, left: int, top: int, side: int) -> list[Box]:
    """A ground of grid lines, and on it a box a cell that leaves one pixel of it free."""
    end = side * len(values)
    largest = values.max()
    return [Box(left - 1, top - 1, left + end, top + end, GRID)] + [
        Box(x, y, x + side - 1, y + side - 1, shade(value, largest))
        for y, row in zip(range(top, top + end, side), values, strict=True)
        for x, value in zip(range(left, left + end, side), row, strict=True)
    ]


def _numbers(values: np.ndarray, texts: list[list[str]], left: int, top: int, side: int, size: int) -> list[Line]:
    largest = values.max()
    return [
        Line(
            left + side * column + (side - 1) / 2,
            top + side * row + side / 2 + size * 0.35,
            texts[row][column],
            size,
            text_colour(shade(value, largest), none=value == 0),
            "middle",
        )
        for (row, column), value in np.ndenumerate(values)
    ]


def _luminance(colour: Colour) -> float:
    linear = [((level / 255 + 0.055) / 1.055) ** 2.4 if level > 10 else level / 255 / 12.92 for level in colour]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))
