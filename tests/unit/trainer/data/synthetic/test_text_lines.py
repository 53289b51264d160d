"""Synthetic text lines."""

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


def make_dataset(writers: int = 4, dataset: dict = SHAPES) -> Dataset:
    """Three drawings of each shape by each writer. The number of points of the first stroke identifies the writer."""
    drawings, labels, names = [], [], []
    for writer in range(writers):
        for label, strokes in dataset.items():
            for size in (1.0, 1.7, 0.4):
                first = np.repeat(np.array(strokes[0], float), writer + 1, axis=0)
                drawings.append([stroke * size for stroke in (first, *(np.array(s, float) for s in strokes[1:]))])
                labels.append(label)
                names.append(f"w{writer}")
    return Dataset.from_pictures(
        "shapes", [rasterize(each) for each in drawings], labels, Limits(), writers=names, strokes=drawings
    )


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Shapes by four writers."""
    return make_dataset()


@pytest.fixture(scope="module")
def pages(dataset) -> list[SyntheticPage]:
    """Lines and pages of them."""
    return [*generate_pages(dataset, LINE_LAYOUT, 25, 0), *generate_pages(dataset, PAGE_LAYOUT, 25, 0)]


def sample_densely(strokes: list[np.ndarray]) -> np.ndarray:
    """Points along strokes, about 0.05 pixels apart."""
    return np.concatenate(
        [stroke[0] + np.linspace(0, 1, 600)[:, None] * (stroke[1] - stroke[0]) for stroke in segments(strokes)]
    )


def segments(strokes: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The straight segments of strokes, without empty ones."""
    ends = [pair for stroke in strokes for pair in pairwise(stroke)]
    return [(begin, end) for begin, end in ends if np.abs(begin - end).max() > 1e-9]


def stroke_distance(first: list[np.ndarray], second: list[np.ndarray]) -> float:
    """The minimum distance between the strokes of two drawings."""
    minimum = np.inf
    for begin, end in segments(second):
        points = sample_densely(first)
        along = np.clip((points - begin) @ (end - begin) / ((end - begin) @ (end - begin)), 0, 1)
        minimum = min(minimum, np.hypot(*(points - begin - along[:, None] * (end - begin)).T).min())
    return minimum


def test_boxes_contain_the_ink(pages):
    """Within two pixels, and inside the page."""
    for page in pages:
        height, width = page.shape
        assert (page.boxes[:, :2] >= 0).all()
        assert (page.boxes[:, 2:] <= [width, height]).all()
        for digit, box in zip(page.digits[:3], page.boxes, strict=False):
            alone = SyntheticPage([digit], "0", np.zeros(1, bool), page.shape, page.pen, page.writer).picture()
            rows, columns = np.nonzero(alone < 250)
            found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            np.testing.assert_allclose(found, box, atol=2)


def test_digits_match_the_text(pages):
    """In its order, each with a box."""
    for page in pages:
        labels = page.text.replace("\n", "")
        assert len(labels) == len(page.digits) == len(page.boxes) == len(page.touches)
        for label, digit in zip(labels, page.digits, strict=True):
            assert len(digit) == len(SHAPES[label])


def test_digits_are_in_reading_order(pages):
    """From left to right, and lines from top to bottom."""
    for page in pages:
        centers = (page.boxes[:, :2] + page.boxes[:, 2:]) / 2
        begin, levels = 0, []
        for line in page.text.split("\n"):
            here = centers[begin : begin + len(line)]
            assert (np.diff(here[:, 0]) > 0).all()
            levels.append(here[:, 1].mean())
            begin += len(line)
        assert (np.diff(levels) > 0).all()


def test_touches(pages):
    """Strokes of touching neighbors are closer than a pen width."""
    counts = {True: 0, False: 0}
    for page in pages[::3]:
        starts = np.cumsum([0, *(len(line) for line in page.text.split("\n")[:-1])])
        for index in range(1, len(page.digits)):
            if index in starts:
                assert not page.touches[index]
                continue
            near = stroke_distance(page.digits[index - 1], page.digits[index]) < page.pen
            assert near == page.touches[index]
            counts[near] += 1
    assert min(counts.values()) >= 10


def test_the_share_of_touching_neighbors():
    """That of the layout, as far as they can touch; at least one per line if the layout says so."""
    wide = make_dataset(
        dataset={label if label != "1" else "3": strokes for label, strokes in SHAPES.items() if label != "1"} | {"3": SEVEN}
    )
    for share in (0.0, 0.5, 1.0):
        found = [page.touches for page in generate_pages(wide, PageLayout((1, 1), (8, 8), share, False, 0.5), 30, 0)]
        assert 0.7 * share <= np.mean([touches[1:].mean() for touches in found]) <= share
        assert not any(touches[0] for touches in found)
    assert all(page.touches.any() for page in generate_pages(wide, PageLayout((1, 1), (6, 6), 0.0, True, 0.5), 30, 0))


def test_a_page_has_one_writer(pages):
    """All writers occur."""
    for page in pages:
        repeats = int(page.writer[1:]) + 1
        for label, digit in zip(page.text.replace("\n", ""), page.digits, strict=True):
            assert len(digit[0]) == repeats * len(SHAPES[label][0])
    assert len({page.writer for page in pages}) == 4


def test_pages_depend_on_seed_and_index(dataset):
    """Not on the number of pages."""
    few, many = list(generate_pages(dataset, PAGE_LAYOUT, 3, 7)), list(generate_pages(dataset, PAGE_LAYOUT, 6, 7))
    for one, other in zip(few, many, strict=False):
        assert one.text == other.text
        np.testing.assert_array_equal(one.picture(), other.picture())
    assert [page.text for page in generate_pages(dataset, PAGE_LAYOUT, 6, 8)] != [page.text for page in many]


def test_the_number_of_lines_and_digits(dataset):
    """Every number in the range occurs."""
    assert {len(page.text) for page in generate_pages(dataset, LINE_LAYOUT, 10, 0)} == {6}
    counts = [[len(line) for line in page.text.split("\n")] for page in generate_pages(dataset, PAGE_LAYOUT, 30, 0)]
    assert {len(lines) for lines in counts} == {1, 2, 3}
    assert {count for lines in counts for count in lines} == set(range(2, 9))


def test_boxes_on_a_synthetic_photograph(pages):
    """Taken from directly above."""
    for seed, page in enumerate(pages[::10]):
        strokes, shape, pen, boxes = layout_page(page, np.random.default_rng(seed))
        photograph = expose(strokes, shape, pen, CONDITIONS["plain"], np.random.default_rng(seed)).mean(2)
        assert photograph.shape == shape
        rows, columns = np.nonzero(photograph < 120)
        found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_allclose(found, [*boxes[:, :2].min(0), *boxes[:, 2:].max(0)], atol=3)


def test_unusable_datasets(dataset):
    """Without writers, without strokes, or with too few different digits."""
    few = make_dataset(dataset={"1": ONE, "7": SEVEN})
    without_writers = Dataset("x", dataset.images, dataset.labels, dataset.targets, strokes=dataset.strokes)
    without_strokes = Dataset("x", dataset.images, dataset.labels, dataset.targets, writers=dataset.writers)
    for unusable in (few, without_writers, without_strokes):
        with pytest.raises(InvalidDataset):
            list(generate_pages(unusable, LINE_LAYOUT, 1, 0))


def test_letters_and_dots_are_skipped(dataset):
    """Only single digits with an extent are used."""
    drawings = [*dataset.strokes, [np.array([[3.0, 3.0]])], dataset.strokes[0]]
    labels = [*(dataset.labels[target] for target in dataset.targets), "1", "10"]
    pictures = [rasterize(drawing) for drawing in drawings]
    mixed = Dataset.from_pictures("more", pictures, labels, Limits(), writers=[*dataset.writers, "w0", "w0"], strokes=drawings)
    assert digits_by_writer(mixed).keys() == digits_by_writer(dataset).keys()
    assert {label: len(found) for label, found in digits_by_writer(mixed)["w0"].items()} == dict.fromkeys(SHAPES, 3)


def test_the_overlap_of_boxes_is_limited(dataset):
    """In heights, which vary between digits."""
    for overlap in (0.0, 0.2):
        for page in generate_pages(dataset, PageLayout((1, 1), (6, 6), 0.5, True, overlap), 20, 0):
            height = np.median(page.boxes[:, 3] - page.boxes[:, 1])
            shared = page.boxes[:-1, 2] - page.boxes[1:, 0] - page.pen
            assert (shared <= (overlap * 1.6 + 0.02) * height).all()
