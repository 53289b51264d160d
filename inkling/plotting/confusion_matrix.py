"""Plot of a confusion matrix: rows true, columns predicted, a number in each cell, darker for higher counts."""

import numpy as np

from inkling.errors import InvalidInput
from inkling.evaluation.metrics import normalize_confusion_matrix
from inkling.plotting.canvas import Canvas, Color, Rectangle, TextSpan
from inkling.plotting.text import text_width, truncate

CELL_UNITS = {None: "counts", "true": "% of each row", "predicted": "% of each column", "all": "% of all"}
"""The values of `normalize`, and what the numbers in the cells then mean."""

INK: Color = (17, 24, 39)
MUTED: Color = (87, 96, 112)  # 6:1 on white
GRID: Color = (221, 226, 234)
SHADES: list[Color] = [(255, 255, 255), (219, 234, 249), (112, 168, 218), (29, 98, 168), (8, 42, 92)]
"""One hue, from zero to the largest number."""

MARGIN, GAP = 28, 8
TITLE_SIZE, NOTE_SIZE = 22, 14
MAX_LABEL_WIDTH = 150
"""Labels are truncated to this many pixels."""


def confusion_matrix_png(
    labels: list[str], counts: np.ndarray, normalize: str | None = None, title: str | None = None
) -> bytes:
    """Plot counts, int (labels, labels), where [i, j] is how often label i was predicted as label j, as a PNG.

    normalize: None shows counts; "true", "predicted" and "all" show percentages, see `normalize_confusion_matrix`.
    Raises InvalidInput for another `normalize`, ValueError if the shape of the counts doesn't match the labels.
    """
    return layout(labels, counts, normalize, title).png()


def confusion_matrix_svg(labels: list[str], counts: np.ndarray, normalize: str | None = None, title: str | None = None) -> str:
    """The same plot as `confusion_matrix_png`, as SVG."""
    return layout(labels, counts, normalize, title).svg()


def layout(labels: list[str], counts: np.ndarray, normalize: str | None = None, title: str | None = None) -> Canvas:
    """Lay out title, axes, labels and cells."""
    counts = np.asarray(counts)
    if counts.shape != (len(labels), len(labels)):
        raise ValueError(f"Expected counts of shape {(len(labels), len(labels))}, got {counts.shape}.")
    if normalize not in CELL_UNITS:
        raise InvalidInput(f"normalize must be one of true, predicted, all. Got {normalize!r:.40}.")
    values = counts if normalize is None else 100 * normalize_confusion_matrix(counts, normalize)
    texts = [[format_cell(value, normalize) for value in row] for row in values]

    size = int(np.clip(200 / len(labels), 10, 22))  # font size of the numbers
    widest = max(text_width(text, size) for row in texts for text in row)
    side = round(max(widest + size, size * 2.2, min(560 / len(labels), 120)))  # of a cell in pixels
    grid = side * len(labels)
    label_size = int(np.clip(side * 0.34, 11, 18))
    shown = [truncate(label, label_size, MAX_LABEL_WIDTH) for label in labels]
    longest = round(max(text_width(label, label_size) for label in shown))
    upright = longest + GAP <= side

    left = MARGIN + NOTE_SIZE + 2 * GAP + longest + GAP
    heading = MARGIN + TITLE_SIZE + GAP + NOTE_SIZE
    top = heading + 2 * GAP + NOTE_SIZE + 2 * GAP + (label_size if upright else longest) + GAP
    note = _note(counts, normalize)
    heading_room = max(grid + left - MARGIN, round(text_width(note, NOTE_SIZE) * 1.15), 400)
    shapes: list[Rectangle | TextSpan] = [
        TextSpan.fitted(MARGIN, MARGIN + TITLE_SIZE * 0.8, title or "Confusion matrix", TITLE_SIZE, INK, heading_room),
        TextSpan(MARGIN, heading, note, NOTE_SIZE, MUTED),
        TextSpan(left + grid / 2, heading + 3 * GAP + NOTE_SIZE / 2, "Predicted label (columns)", NOTE_SIZE, MUTED, "middle"),
        TextSpan(MARGIN + NOTE_SIZE * 0.8, top + grid / 2, "True label (rows)", NOTE_SIZE, MUTED, "middle", vertical=True),
        *_column_labels(labels, left, top, side, label_size, upright),
        *_row_labels(labels, left, top, side, label_size),
        *_cells(values, left, top, side),
        *_numbers(values, texts, left, top, side, size),
    ]
    return Canvas(max(left + grid, MARGIN + heading_room) + MARGIN, top + grid + MARGIN, shapes)


def cell_color(value: float, largest: float) -> Color:
    """The color of a number between 0 and the largest, on a fourth-root scale, so that single mistakes are visible next to a
    diagonal of thousands.
    """
    position = (value / largest) ** (1 / 4) * (len(SHADES) - 1) if largest > 0 else 0.0
    stops = np.arange(len(SHADES))
    red, green, blue = (round(float(np.interp(position, stops, channel))) for channel in zip(*SHADES, strict=True))
    return red, green, blue


def contrast_ratio(first: Color, second: Color) -> float:
    """The WCAG 2 contrast ratio of two sRGB colors, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_color(background: Color, is_zero: bool) -> Color:
    """Black or white, whichever has more contrast with the background; muted if the number is 0."""
    if is_zero:
        return MUTED
    return max(((0, 0, 0), (255, 255, 255)), key=lambda color: contrast_ratio(color, background))


def format_cell(value: float, normalize: str | None) -> str:
    """Format a count, or a percentage with one decimal that is never rounded to 0 or 100."""
    if normalize is None:
        return str(int(value))
    if value in (0, 100):
        return str(int(value))
    if value < 0.05:
        return "<0.1"
    return ">99.9" if value >= 99.95 else f"{value:.1f}"


def _note(counts: np.ndarray, normalize: str | None) -> str:
    n, correct = int(counts.sum()), int(np.trace(counts))
    accuracy = f"{100 * correct / n:.2f} %" if n else "unknown"
    return f"n = {n:,} · correct: {correct:,} · accuracy: {accuracy} · cells: {CELL_UNITS[normalize]}"


def _column_labels(labels: list[str], left: int, top: int, side: int, size: int, upright: bool) -> list[TextSpan]:
    middles = [left + side * column + side / 2 for column in range(len(labels))]
    if upright:
        return [
            TextSpan.fitted(x, top - GAP, label, size, INK, side, anchor="middle")
            for x, label in zip(middles, labels, strict=True)
        ]
    return [
        TextSpan.fitted(x + size * 0.35, top - GAP, label, size, INK, MAX_LABEL_WIDTH, vertical=True)
        for x, label in zip(middles, labels, strict=True)
    ]


def _row_labels(labels: list[str], left: int, top: int, side: int, size: int) -> list[TextSpan]:
    middles = [top + side * row + side / 2 for row in range(len(labels))]
    return [
        TextSpan.fitted(left - GAP, y + size * 0.35, label, size, INK, MAX_LABEL_WIDTH, anchor="end")
        for y, label in zip(middles, labels, strict=True)
    ]


def _cells(values: np.ndarray, left: int, top: int, side: int) -> list[Rectangle]:
    """A background of grid lines, and on it one rectangle per cell that leaves one pixel free."""
    end = side * len(values)
    largest = values.max()
    return [Rectangle(left - 1, top - 1, left + end, top + end, GRID)] + [
        Rectangle(x, y, x + side - 1, y + side - 1, cell_color(value, largest))
        for y, row in zip(range(top, top + end, side), values, strict=True)
        for x, value in zip(range(left, left + end, side), row, strict=True)
    ]


def _numbers(values: np.ndarray, texts: list[list[str]], left: int, top: int, side: int, size: int) -> list[TextSpan]:
    largest = values.max()
    return [
        TextSpan(
            left + side * column + (side - 1) / 2,
            top + side * row + side / 2 + size * 0.35,
            texts[row][column],
            size,
            text_color(cell_color(value, largest), is_zero=value == 0),
            "middle",
        )
        for (row, column), value in np.ndenumerate(values)
    ]


def _luminance(color: Color) -> float:
    linear = [((level / 255 + 0.055) / 1.055) ** 2.4 if level > 10 else level / 255 / 12.92 for level in color]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))
