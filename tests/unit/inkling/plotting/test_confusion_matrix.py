"""The plot of a confusion matrix."""

import io
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from inkling.errors import InvalidInput
from inkling.plotting.canvas import MAX_PIXELS, Rectangle, TextSpan
from inkling.plotting.confusion_matrix import (
    cell_color,
    confusion_matrix_png,
    confusion_matrix_svg,
    contrast_ratio,
    format_cell,
    layout,
    text_color,
)

SVG = "{http://www.w3.org/2000/svg}"
DIGITS = [str(digit) for digit in range(10)]
HOSTILE = [
    "<script>alert(1)</script>",
    '"&quot; onload="x',
    "]]>",
    "a\nb\x00\x1b",
    "\ud800 alone",
    "\u202eright to left",
    "\uffff",
    "あé",
    "W" * 10_000,
    " ",
]


def make_counts(labels: int) -> np.ndarray:
    """Distinct counts, int64 (labels, labels), the largest on the diagonal."""
    counts = np.arange(labels * labels, dtype=np.int64).reshape(labels, labels)
    return counts + np.diag(np.arange(2_000, 2_000 + labels))


def texts(svg: str) -> list[str]:
    """The lines of text of a plot, without tooltips."""
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 our own SVG


def cells(labels: int, **options) -> list[Rectangle]:
    """The rectangles of the cells, row by row."""
    rectangles = [
        shape for shape in layout(DIGITS[:labels], make_counts(labels), **options).shapes if isinstance(shape, Rectangle)
    ]
    return rectangles[1:]  # the first is the background


@pytest.mark.parametrize("labels", [2, 10, 26, 100])
def test_all_counts_and_labels(labels):
    """The SVG contains every label twice and every count once, for any number of labels."""
    names = [f"label {index}" for index in range(labels)]
    counts = make_counts(labels)
    lines = texts(confusion_matrix_svg(names, counts, title="digits"))
    assert sorted(lines[-labels * labels :], key=int) == sorted(map(str, counts.ravel().tolist()), key=int)
    assert all(lines.count(name) == 2 for name in names)
    assert "digits" in lines


def test_rows_are_true_and_columns_predicted():
    """The axes are titled, and a count is in the row of the true and the column of the predicted label."""
    canvas = layout(["cat", "dog"], np.array([[50, 3], [1, 40]]))
    positions = {shape.text: (shape.x, shape.y) for shape in canvas.shapes if isinstance(shape, TextSpan)}
    rows = [shape for shape in canvas.shapes if isinstance(shape, TextSpan) and shape.anchor == "end"]
    columns = [shape for shape in canvas.shapes if isinstance(shape, TextSpan) and shape.text == "dog" and shape not in rows]
    assert positions["3"][0] == pytest.approx(columns[0].x, abs=1)
    assert positions["3"][1] == pytest.approx(rows[0].y, abs=3)
    assert [row.text for row in rows] == ["cat", "dog"]
    vertical = next(shape for shape in canvas.shapes if isinstance(shape, TextSpan) and shape.vertical)
    assert vertical.text == "True label (rows)"
    assert "Predicted label (columns)" in positions


def test_note():
    """Below the title are n, the number of correct predictions, and the accuracy."""
    note = texts(confusion_matrix_svg(["a", "b"], np.array([[998, 2], [3, 997]])))[1]
    assert all(number in note for number in ("2,000", "1,995", "99.75 %"))


@pytest.mark.parametrize(
    ("normalize", "expected", "note"),
    [
        ("true", ["75.0", "25.0", "0", "100"], "% of each row"),
        ("predicted", ["100", "50.0", "0", "50.0"], "% of each column"),
        ("all", ["60.0", "20.0", "0", "20.0"], "% of all"),
    ],
)
def test_percentages(normalize, expected, note):
    """Normalized cells contain percentages, and the note says of what."""
    lines = texts(confusion_matrix_svg(["a", "b"], np.array([[3, 1], [0, 1]]), normalize))
    assert lines[-4:] == expected
    assert lines[1].endswith(note)


@pytest.mark.parametrize(
    ("percentage", "text"),
    [(0, "0"), (0.01, "<0.1"), (0.05, "0.1"), (12.34, "12.3"), (99.94, "99.9"), (99.99, ">99.9"), (100, "100")],
)
def test_rounding_of_percentages(percentage, text):
    """A percentage is never rounded to 0 or 100."""
    assert format_cell(percentage, "true") == text


@pytest.mark.parametrize("title", [None, *HOSTILE])
def test_hostile_labels(title):
    """Markup, control characters, lone surrogates and long words are escaped and truncated in both formats."""
    svg = confusion_matrix_svg(HOSTILE, make_counts(len(HOSTILE)), title=title)
    tree = ET.fromstring(svg.encode())  # noqa: S314 our own SVG
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} == {"svg", "g", "rect", "text", "title"}
    assert not any(name.lower().startswith("on") or "href" in name for element in tree.iter() for name in element.attrib)
    assert texts(svg).count("あé") == 2 + (title == "あé")
    with Image.open(io.BytesIO(confusion_matrix_png(HOSTILE, make_counts(len(HOSTILE)), title=title))) as picture:
        assert max(picture.size) < 3_000


def test_truncated_label_has_a_tooltip():
    """A label that doesn't fit ends in …, and the SVG has the full text as a title."""
    name = "an unreasonably long name of a label"
    tree = ET.fromstring(confusion_matrix_svg([name, "b"], make_counts(2)))  # noqa: S314 our own SVG
    short = [element for element in tree.iter(f"{SVG}text") if element.text.startswith("an unreas")]
    assert len(short) == 2
    assert all(element.text.endswith("…") and element.find(f"{SVG}title").text == name for element in short)


@pytest.mark.parametrize("labels", [2, 10, 26, pytest.param(100, marks=pytest.mark.slow)])
def test_size_of_both_formats(labels):
    """The PNG has the size of the SVG or twice that, and at most MAX_PIXELS."""
    names, counts = [str(index) for index in range(labels)], make_counts(labels)
    root = ET.fromstring(confusion_matrix_svg(names, counts))  # noqa: S314 our own SVG
    size = np.array([int(root.get("width")), int(root.get("height"))])
    with Image.open(io.BytesIO(confusion_matrix_png(names, counts))) as picture:
        scale = picture.width // size[0]
        assert picture.format == "PNG"
        assert picture.size == tuple(size * scale)
        assert scale == 1 or picture.width * picture.height <= MAX_PIXELS


def test_shapes_are_inside_the_canvas():
    """No rectangle and no anchor of a text is outside, with long labels and large counts."""
    canvas = layout(["x" * 60, "y" * 60, "z"], make_counts(3) * 10**6)
    for shape in canvas.shapes:
        right, bottom = (shape.right, shape.bottom) if isinstance(shape, Rectangle) else (shape.x, shape.y)
        assert 0 <= right <= canvas.width
        assert 0 <= bottom <= canvas.height


def test_colors_of_the_png():
    """The corner of each cell has the color of the layout."""
    with Image.open(io.BytesIO(confusion_matrix_png(DIGITS, make_counts(10)))) as picture:
        for box in cells(10):
            assert picture.getpixel((box.left * 2 + 1, box.top * 2 + 1)) == box.fill


def test_higher_counts_are_darker():
    """Luminance decreases strictly from zero to the largest count."""
    ratios = [contrast_ratio(cell_color(value, 1_000), (0, 0, 0)) for value in range(0, 1_001, 10)]
    assert all(before > after for before, after in pairwise(ratios))


@pytest.mark.parametrize("counts", [make_counts(10), np.zeros((10, 10), np.int64), np.eye(10, dtype=np.int64)])
def test_contrast_of_numbers(counts):
    """Every number has the contrast that WCAG requires for text, 4.5."""
    largest = counts.max()
    for value in counts.ravel():
        background = cell_color(value, largest)
        assert contrast_ratio(text_color(background, is_zero=value == 0), background) >= 4.5


def test_plots_are_deterministic():
    """The same counts give the same bytes in both formats."""
    assert confusion_matrix_png(DIGITS, make_counts(10)) == confusion_matrix_png(DIGITS, make_counts(10))
    assert confusion_matrix_svg(DIGITS, make_counts(10)) == confusion_matrix_svg(DIGITS, make_counts(10))


def test_empty_matrix():
    """Without counts all cells are 0, for every normalization."""
    for normalize in (None, "true", "predicted", "all"):
        lines = texts(confusion_matrix_svg(["a", "b"], np.zeros((2, 2), np.int64), normalize))
        assert lines[-4:] == ["0"] * 4


def test_invalid_arguments():
    """An unknown normalization raises InvalidInput, counts of another shape ValueError."""
    with pytest.raises(InvalidInput, match=r"true, predicted, all.*rows"):
        confusion_matrix_svg(["a", "b"], make_counts(2), "rows")
    with pytest.raises(ValueError, match=r"\(2, 2\).*\(3, 3\)"):
        confusion_matrix_png(["a", "b"], make_counts(3))
