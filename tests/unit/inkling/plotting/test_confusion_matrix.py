"""The drawing of a confusion matrix."""

import io
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from inkling.errors import BadInput
from inkling.plotting.canvas import MOST_PIXELS, Box, Line
from inkling.plotting.confusion_matrix import cell_text, confusion_png, confusion_svg, contrast, lay_out, shade, text_colour

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


def counts_of(labels: int) -> np.ndarray:
    """Counts that all differ, int64 (labels, labels), the largest on the diagonal."""
    counts = np.arange(labels * labels, dtype=np.int64).reshape(labels, labels)
    return counts + np.diag(np.arange(2_000, 2_000 + labels))


def texts(svg: str) -> list[str]:
    """The lines of text of a drawing, without what they show under the pointer."""
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314, we made it


def cells(labels: int, **options) -> list[Box]:
    """The boxes of a drawing's cells, row by row."""
    boxes = [shape for shape in lay_out(DIGITS[:labels], counts_of(labels), **options).shapes if isinstance(shape, Box)]
    return boxes[1:]  # the first is their ground


@pytest.mark.parametrize("labels", [2, 10, 26, 100])
def test_every_count_and_label_is_written(labels):
    """The SVG parses and holds every label twice and every count once, whatever the number of labels."""
    names = [f"label {index}" for index in range(labels)]
    counts = counts_of(labels)
    written = texts(confusion_svg(names, counts, title="digits"))
    assert sorted(written[-labels * labels :], key=int) == sorted(map(str, counts.ravel().tolist()), key=int)
    assert all(written.count(name) == 2 for name in names)
    assert "digits" in written


def test_rows_are_true_and_columns_predicted():
    """The axes say which is which, and a count stands in the row of what it was and the column of what it was read as."""
    drawing = lay_out(["cat", "dog"], np.array([[50, 3], [1, 40]]))
    places = {shape.text: (shape.x, shape.y) for shape in drawing.shapes if isinstance(shape, Line)}
    rows = [shape for shape in drawing.shapes if isinstance(shape, Line) and shape.anchor == "end"]
    columns = [shape for shape in drawing.shapes if isinstance(shape, Line) and shape.text == "dog" and shape not in rows]
    assert places["3"][0] == pytest.approx(columns[0].x, abs=1)
    assert places["3"][1] == pytest.approx(rows[0].y, abs=3)
    assert [row.text for row in rows] == ["cat", "dog"]
    turned = next(shape for shape in drawing.shapes if isinstance(shape, Line) and shape.turned)
    assert turned.text == "True label (rows)"
    assert "Predicted label (columns)" in places


def test_the_note_says_total_and_accuracy():
    """Under the title stand n, how many were right, and the accuracy."""
    note = texts(confusion_svg(["a", "b"], np.array([[998, 2], [3, 997]])))[1]
    assert note == "n = 2,000 · right: 1,995 · accuracy: 99.75 % · cells: counts"


@pytest.mark.parametrize(
    ("normalize", "expected", "note"),
    [
        ("true", ["75.0", "25.0", "0", "100"], "% of each row"),
        ("predicted", ["100", "50.0", "0", "50.0"], "% of each column"),
        ("all", ["60.0", "20.0", "0", "20.0"], "% of all"),
    ],
)
def test_shares_are_per_cent(normalize, expected, note):
    """Normalised cells hold per cent, and the note says of what."""
    written = texts(confusion_svg(["a", "b"], np.array([[3, 1], [0, 1]]), normalize))
    assert written[-4:] == expected
    assert written[1].endswith(note)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0"), (0.01, "<0.1"), (0.05, "0.1"), (12.34, "12.3"), (99.94, "99.9"), (99.99, ">99.9"), (100, "100")],
)
def test_rounding_never_says_none_or_all(share, text):
    """A share that is nearly nothing or nearly everything does not look like nothing or everything."""
    assert cell_text(share, "true") == text


@pytest.mark.parametrize("title", [None, *HOSTILE])
def test_hostile_labels_stay_text(title):
    """Markup, control characters, lone surrogates and endless words are written as text, shortened, in both formats."""
    svg = confusion_svg(HOSTILE, counts_of(len(HOSTILE)), title=title)
    tree = ET.fromstring(svg.encode())  # noqa: S314, we made it
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} == {"svg", "g", "rect", "text", "title"}
    assert not any(name.lower().startswith("on") or "href" in name for element in tree.iter() for name in element.attrib)
    assert texts(svg).count("あé") == 2 + (title == "あé")
    with Image.open(io.BytesIO(confusion_png(HOSTILE, counts_of(len(HOSTILE)), title=title))) as picture:
        assert max(picture.size) < 3_000


def test_a_shortened_label_is_whole_under_the_pointer():
    """A label that does not fit ends in …, and the SVG keeps all of it as a title."""
    name = "an unreasonably long name of a label"
    tree = ET.fromstring(confusion_svg([name, "b"], counts_of(2)))  # noqa: S314, we made it
    short = [element for element in tree.iter(f"{SVG}text") if element.text.startswith("an unreas")]
    assert len(short) == 2
    assert all(element.text.endswith("…") and element.find(f"{SVG}title").text == name for element in short)


@pytest.mark.parametrize("labels", [2, 10, 26, 100])
def test_both_formats_have_one_layout(labels):
    """The PNG is the SVG's size or twice that, and is never larger than its bound."""
    names, counts = [str(index) for index in range(labels)], counts_of(labels)
    root = ET.fromstring(confusion_svg(names, counts))  # noqa: S314, we made it
    size = np.array([int(root.get("width")), int(root.get("height"))])
    with Image.open(io.BytesIO(confusion_png(names, counts))) as picture:
        scale = picture.width // size[0]
        assert picture.format == "PNG"
        assert picture.size == tuple(size * scale)
        assert scale == 1 or picture.width * picture.height <= MOST_PIXELS


def test_every_shape_lies_on_the_drawing():
    """No box and no anchor of a text is outside of the drawing, with long labels and large counts."""
    drawing = lay_out(["x" * 60, "y" * 60, "z"], counts_of(3) * 10**6)
    for shape in drawing.shapes:
        right, bottom = (shape.right, shape.bottom) if isinstance(shape, Box) else (shape.x, shape.y)
        assert 0 <= right <= drawing.width
        assert 0 <= bottom <= drawing.height


def test_the_png_shows_the_colours_of_the_layout():
    """The corner of each cell in the PNG has the colour that the layout gave it."""
    with Image.open(io.BytesIO(confusion_png(DIGITS, counts_of(10)))) as picture:
        for box in cells(10):
            assert picture.getpixel((box.left * 2 + 1, box.top * 2 + 1)) == box.fill


def test_more_is_darker():
    """The shade falls strictly in luminance from no count to the largest, so darkness orders the cells."""
    ratios = [contrast(shade(value, 1_000), (0, 0, 0)) for value in range(0, 1_001, 10)]
    assert all(before > after for before, after in pairwise(ratios))


@pytest.mark.parametrize("counts", [counts_of(10), np.zeros((10, 10), np.int64), np.eye(10, dtype=np.int64)])
def test_numbers_can_be_read(counts):
    """Every number stands out from its cell by WCAG's ratio for text, 4.5."""
    largest = counts.max()
    for value in counts.ravel():
        ground = shade(value, largest)
        assert contrast(text_colour(ground, none=value == 0), ground) >= 4.5


def test_same_counts_same_bytes():
    """Both formats are deterministic."""
    assert confusion_png(DIGITS, counts_of(10)) == confusion_png(DIGITS, counts_of(10))
    assert confusion_svg(DIGITS, counts_of(10)) == confusion_svg(DIGITS, counts_of(10))


def test_an_empty_matrix_is_drawn():
    """No counts at all is a drawing of zeros with an unknown accuracy, in every normalisation."""
    for normalize in (None, "true", "predicted", "all"):
        written = texts(confusion_svg(["a", "b"], np.zeros((2, 2), np.int64), normalize))
        assert written[-4:] == ["0"] * 4
        assert "accuracy: unknown" in written[1]


def test_wrong_arguments_are_refused():
    """An unknown normalisation and counts of another shape are errors that say so."""
    with pytest.raises(BadInput, match=r"Expected normalize as one of true, predicted, all. Received 'rows'"):
        confusion_svg(["a", "b"], counts_of(2), "rows")
    with pytest.raises(ValueError, match=r"Expected counts of shape \(2, 2\). Received \(3, 3\)"):
        confusion_png(["a", "b"], counts_of(3))
