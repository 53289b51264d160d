"""Lines composed of single digits."""

from itertools import pairwise

import numpy as np
import pytest

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidDataset
from inkling.imaging.strokes import rasterize
from inkling.limits import Limits
from tests.support.synthetic_photos.conditions import CONDITIONS
from tests.support.synthetic_photos.layout import layout_page
from tests.support.synthetic_photos.photograph import expose
from trainer.data.synthetic.text_lines import (
    LINE_LAYOUT,
    PAGE_LAYOUT,
    PageLayout,
    SyntheticPage,
    digits_by_writer,
    generate_pages,
)

ONE = [[[5, 0], [0, 60]]]
SEVEN = [[[0, 0], [40, 2], [12, 62]]]
SHAPES = {
    "1": ONE,
    "7": SEVEN,
    "4": [[[20, 0], [0, 30], [38, 31]], [[30, 10], [28, 60]]],
    "0": [[[20 + 20 * np.cos(t), 30 + 30 * np.sin(t)] for t in np.linspace(0, 6.3, 30)]],
    "2": [[[0, 10], [20, 0], [38, 12], [0, 60], [40, 60]]],
}


def written(writers: int = 4, shapes: dict = SHAPES) -> Dataset:
    """Three drawings of each shape by each writer; whose they are shows in the number of points of their first strokes."""
    drawings, labels, names = [], [], []
    for writer in range(writers):
        for label, strokes in shapes.items():
            for size in (1.0, 1.7, 0.4):
                first = np.repeat(np.array(strokes[0], float), writer + 1, axis=0)
                drawings.append([stroke * size for stroke in (first, *(np.array(s, float) for s in strokes[1:]))])
                labels.append(label)
                names.append(f"w{writer}")
    return Dataset.from_pictures(
        "shapes", [rasterize(each) for each in drawings], labels, Limits(), writers=names, strokes=drawings
    )


@pytest.fixture(scope="module")
def shapes() -> Dataset:
    """Four writers' shapes."""
    return written()


@pytest.fixture(scope="module")
def pages(shapes) -> list[SyntheticPage]:
    """Lines and pages of them."""
    return [*generate_pages(shapes, LINE_LAYOUT, 25, 0), *generate_pages(shapes, PAGE_LAYOUT, 25, 0)]


def thickly(strokes: list[np.ndarray]) -> np.ndarray:
    """Points along strokes, a twentieth of a pixel apart or so."""
    return np.concatenate([stroke[0] + np.linspace(0, 1, 600)[:, None] * (stroke[1] - stroke[0]) for stroke in pieces(strokes)])


def pieces(strokes: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The straight pieces of strokes, those without length left out."""
    ends = [pair for stroke in strokes for pair in pairwise(stroke)]
    return [(begin, end) for begin, end in ends if np.abs(begin - end).max() > 1e-9]


def apart(first: list[np.ndarray], second: list[np.ndarray]) -> float:
    """Least distance between two drawings' strokes: from points of the one to the straight pieces of the other."""
    least = np.inf
    for begin, end in pieces(second):
        points = thickly(first)
        along = np.clip((points - begin) @ (end - begin) / ((end - begin) @ (end - begin)), 0, 1)
        least = min(least, np.hypot(*(points - begin - along[:, None] * (end - begin)).T).min())
    return least


def test_a_box_is_where_a_digits_ink_lies(pages):
    """Each holds its digit's pixels, and fits to a pixel and a half; all lie on the page."""
    for page in pages:
        height, width = page.shape
        assert (page.boxes[:, :2] >= 0).all()
        assert (page.boxes[:, 2:] <= [width, height]).all()
        for digit, box in zip(page.digits[:3], page.boxes, strict=False):
            alone = SyntheticPage([digit], "0", np.zeros(1, bool), page.shape, page.pen, page.writer).picture()
            rows, columns = np.nonzero(alone < 250)
            found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            np.testing.assert_allclose(found, box, atol=2)


def test_there_is_a_digit_for_each_character(pages):
    """In the order of the text, and each with a box."""
    for page in pages:
        labels = page.text.replace("\n", "")
        assert len(labels) == len(page.digits) == len(page.boxes) == len(page.touches)
        for label, digit in zip(labels, page.digits, strict=True):
            assert len(digit) == len(SHAPES[label])


def test_digits_stand_in_the_order_in_which_they_are_read(pages):
    """Along a line each box's middle is right of the one before, and a line's middle is below that of the line above."""
    for page in pages:
        middles = (page.boxes[:, :2] + page.boxes[:, 2:]) / 2
        begin, levels = 0, []
        for line in page.text.split("\n"):
            here = middles[begin : begin + len(line)]
            assert (np.diff(here[:, 0]) > 0).all()
            levels.append(here[:, 1].mean())
            begin += len(line)
        assert (np.diff(levels) > 0).all()


def test_digits_touch_where_it_is_said_and_nowhere_else(pages):
    """Strokes of neighbours come closer than a pen's width or stay clear of each other."""
    seen = {True: 0, False: 0}
    for page in pages[::3]:
        starts = np.cumsum([0, *(len(line) for line in page.text.split("\n")[:-1])])
        for place in range(1, len(page.digits)):
            if place in starts:
                assert not page.touches[place]
                continue
            near = apart(page.digits[place - 1], page.digits[place]) < page.pen
            assert near == page.touches[place]
            seen[near] += 1
    assert min(seen.values()) >= 10


def test_the_share_of_neighbours_that_touch_is_what_the_layout_says():
    """None, or the share of those that can, which most do; and where some must, one at least in every line."""
    wide = written(
        shapes={label if label != "1" else "3": strokes for label, strokes in SHAPES.items() if label != "1"} | {"3": SEVEN}
    )
    for share in (0.0, 0.5, 1.0):
        found = [page.touches for page in generate_pages(wide, PageLayout((1, 1), (8, 8), share, False, 0.5), 30, 0)]
        assert 0.7 * share <= np.mean([touches[1:].mean() for touches in found]) <= share
        assert not any(touches[0] for touches in found)
    assert all(page.touches.any() for page in generate_pages(wide, PageLayout((1, 1), (6, 6), 0.0, True, 0.5), 30, 0))


def test_a_page_is_of_one_hand(pages):
    """All of its digits are drawings by the writer that it names, and all writers have their turn."""
    for page in pages:
        repeats = int(page.writer[1:]) + 1
        for label, digit in zip(page.text.replace("\n", ""), page.digits, strict=True):
            assert len(digit[0]) == repeats * len(SHAPES[label][0])
    assert len({page.writer for page in pages}) == 4


def test_the_seed_and_the_place_decide_what_comes_out(shapes):
    """A page is the same however many follow it, and another seed makes others."""
    few, many = list(generate_pages(shapes, PAGE_LAYOUT, 3, 7)), list(generate_pages(shapes, PAGE_LAYOUT, 6, 7))
    for one, other in zip(few, many, strict=False):
        assert one.text == other.text
        np.testing.assert_array_equal(one.picture(), other.picture())
    assert [page.text for page in generate_pages(shapes, PAGE_LAYOUT, 6, 8)] != [page.text for page in many]


def test_layouts_say_how_many_lines_and_digits(shapes):
    """Within the bounds, and every number of them comes."""
    assert {len(page.text) for page in generate_pages(shapes, LINE_LAYOUT, 10, 0)} == {6}
    counts = [[len(line) for line in page.text.split("\n")] for page in generate_pages(shapes, PAGE_LAYOUT, 30, 0)]
    assert {len(lines) for lines in counts} == {1, 2, 3}
    assert {count for lines in counts for count in lines} == set(range(2, 9))


def test_lines_lie_on_paper_too(pages):
    """On a synthetic photograph from right above, ink is where the boxes are."""
    for seed, page in enumerate(pages[::10]):
        strokes, shape, pen, boxes = layout_page(page, np.random.default_rng(seed))
        seen = expose(strokes, shape, pen, CONDITIONS["plain"], np.random.default_rng(seed)).mean(2)
        assert seen.shape == shape
        rows, columns = np.nonzero(seen < 120)
        found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_allclose(found, [*boxes[:, :2].min(0), *boxes[:, 2:].max(0)], atol=3)


def test_what_cannot_be_composed_is_refused(shapes):
    """Sets without writers, without strokes, or whose writers wrote too few different digits."""
    few = written(shapes={"1": ONE, "7": SEVEN})
    nameless = Dataset("x", shapes.images, shapes.labels, shapes.targets, strokes=shapes.strokes)
    drawn = Dataset("x", shapes.images, shapes.labels, shapes.targets, writers=shapes.writers)
    for known, sentence in ((few, "5 or more digits"), (nameless, "name their writers"), (drawn, "strokes")):
        with pytest.raises(InvalidDataset, match=sentence):
            list(generate_pages(known, LINE_LAYOUT, 1, 0))


def test_letters_and_dots_are_left_out(shapes):
    """Of a set that holds more than single digits with an extent only those are used."""
    drawings = [*shapes.strokes, [np.array([[3.0, 3.0]])], shapes.strokes[0]]
    labels = [*(shapes.labels[target] for target in shapes.targets), "1", "10"]
    pictures = [rasterize(drawing) for drawing in drawings]
    known = Dataset.from_pictures("more", pictures, labels, Limits(), writers=[*shapes.writers, "w0", "w0"], strokes=drawings)
    assert digits_by_writer(known).keys() == digits_by_writer(shapes).keys()
    assert {label: len(found) for label, found in digits_by_writer(known)["w0"].items()} == dict.fromkeys(SHAPES, 3)


def test_boxes_of_neighbours_overlap_no_more_than_the_layout_says(shapes):
    """By a share of the line's height, which differs from digit to digit."""
    for overlap in (0.0, 0.2):
        for page in generate_pages(shapes, PageLayout((1, 1), (6, 6), 0.5, True, overlap), 20, 0):
            height = np.median(page.boxes[:, 3] - page.boxes[:, 1])
            shared = page.boxes[:-1, 2] - page.boxes[1:, 0] - page.pen
            assert (shared <= (overlap * 1.6 + 0.02) * height).all()
