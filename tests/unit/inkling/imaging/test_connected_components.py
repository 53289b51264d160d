"""Parts: what hangs together, compared with a search from pixel to pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkling.imaging.connected_components import find_parts, grown

FEW = settings(max_examples=80, deadline=None)
masks = arrays.arrays(bool, st.tuples(st.integers(1, 14), st.integers(1, 14)))


def searched(mask: np.ndarray) -> list[set[tuple[int, int]]]:
    """The parts of a mask as sets of (row, column), in the order of their first pixels."""
    left, found = {(int(y), int(x)) for y, x in np.argwhere(mask)}, []
    for first in sorted(left):
        if first not in left:
            continue
        part, ways = set(), [first]
        left.discard(first)
        while ways:
            y, x = ways.pop()
            part.add((y, x))
            near = {(y + down, x + right) for down in (-1, 0, 1) for right in (-1, 0, 1)} & left
            left -= near
            ways.extend(near)
        found.append(part)
    return found


@FEW
@given(masks)
def test_parts_are_those_of_a_search(mask: np.ndarray):
    """Pixels, areas, boxes and sums of weights of each."""
    parts, expected = find_parts(mask), searched(mask)
    weights = np.arange(mask.size, dtype=float).reshape(mask.shape)
    sums = parts.sums(weights)
    assert len(parts) == len(expected)
    for index, pixels in enumerate(expected):
        alone = parts.mask(np.arange(len(parts)) == index)
        rows, columns = [y for y, _ in pixels], [x for _, x in pixels]
        assert {(int(y), int(x)) for y, x in np.argwhere(alone)} == pixels
        assert parts.areas[index] == len(pixels)
        assert parts.boxes[index].tolist() == [min(columns), min(rows), max(columns) + 1, max(rows) + 1]
        assert sums[index] == sum(weights[pixel] for pixel in pixels)


@FEW
@given(masks)
def test_all_parts_together_are_the_mask(mask: np.ndarray):
    """And none of them is nothing."""
    parts = find_parts(mask)
    assert np.array_equal(parts.mask(np.ones(len(parts), bool)), mask)
    assert not parts.mask(np.zeros(len(parts), bool)).any()


def snake() -> np.ndarray:
    """One path that fills a picture from side to side."""
    mask = np.zeros((401, 400), bool)
    mask[::2] = True
    mask[1::4, -1] = mask[3::4, 0] = True
    return mask


def spiral() -> np.ndarray:
    """One path that winds into the middle."""
    mask = np.zeros((200, 200), bool)
    for inset in range(0, 98, 4):
        mask[inset, max(0, inset - 4) : 199 - inset] = mask[inset : 200 - inset, 199 - inset] = True
        mask[199 - inset, inset : 200 - inset] = mask[inset + 4 : 200 - inset, inset] = True
    return mask


@pytest.mark.parametrize(("mask", "count"), [(snake(), 1), (spiral(), 1), (np.eye(300, dtype=bool), 1)])
def test_long_ways_are_one_part(mask: np.ndarray, count: int):
    """However far the labels have to sink."""
    assert len(find_parts(mask)) == count


@pytest.mark.parametrize("share", [0.05, 0.3, 0.4, 0.6])
def test_a_million_pixels_of_noise_are_parted(share: float):
    """Tens of thousands of parts and of runs: every pixel belongs to one."""
    mask = np.random.default_rng(0).random((1000, 1000)) < share
    parts = find_parts(mask)
    assert parts.areas.sum() == np.count_nonzero(mask)
    assert (parts.areas > 0).all()


@FEW
@given(masks)
def test_a_mask_grows_by_its_neighbours(mask: np.ndarray):
    """A pixel is in it if it or one of its eight neighbours was."""
    padded = np.pad(mask, 1)
    expected = [[padded[y : y + 3, x : x + 3].any() for x in range(mask.shape[1])] for y in range(mask.shape[0])]
    assert np.array_equal(grown(mask), expected)
