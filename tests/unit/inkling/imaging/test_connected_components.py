"""Connected components, compared with a flood fill."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkling.imaging.connected_components import label_components

FEW = settings(max_examples=80, deadline=None)
masks = arrays.arrays(bool, st.tuples(st.integers(1, 14), st.integers(1, 14)))


def flood_fill(mask: np.ndarray) -> list[set[tuple[int, int]]]:
    """The components of a mask as sets of (row, column), in the order of their first pixels."""
    remaining, found = {(int(y), int(x)) for y, x in np.argwhere(mask)}, []
    for first in sorted(remaining):
        if first not in remaining:
            continue
        component, stack = set(), [first]
        remaining.discard(first)
        while stack:
            y, x = stack.pop()
            component.add((y, x))
            neighbors = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & remaining
            remaining -= neighbors
            stack.extend(neighbors)
        found.append(component)
    return found


@FEW
@given(masks)
def test_components_equal_a_flood_fill(mask: np.ndarray) -> None:
    """Pixels, areas, boxes and weighted sums agree."""
    components, expected = label_components(mask), flood_fill(mask)
    weights = np.arange(mask.size, dtype=float).reshape(mask.shape)
    sums = components.sums(weights)
    assert len(components) == len(expected)
    for index, pixels in enumerate(expected):
        single = components.mask(np.arange(len(components)) == index)
        rows, columns = [y for y, _ in pixels], [x for _, x in pixels]
        assert {(int(y), int(x)) for y, x in np.argwhere(single)} == pixels
        assert components.areas[index] == len(pixels)
        assert components.boxes[index].tolist() == [min(columns), min(rows), max(columns) + 1, max(rows) + 1]
        assert sums[index] == sum(weights[pixel] for pixel in pixels)


@FEW
@given(masks)
def test_all_components_make_up_the_mask(mask: np.ndarray) -> None:
    """Selecting all components gives the mask, selecting none an empty one."""
    components = label_components(mask)
    assert np.array_equal(components.mask(np.ones(len(components), bool)), mask)
    assert not components.mask(np.zeros(len(components), bool)).any()


def make_snake() -> np.ndarray:
    """One path that fills a mask from side to side."""
    mask = np.zeros((401, 400), bool)
    mask[::2] = True
    mask[1::4, -1] = mask[3::4, 0] = True
    return mask


def make_spiral() -> np.ndarray:
    """One path that winds to the middle."""
    mask = np.zeros((200, 200), bool)
    for inset in range(0, 98, 4):
        mask[inset, max(0, inset - 4) : 199 - inset] = mask[inset : 200 - inset, 199 - inset] = True
        mask[199 - inset, inset : 200 - inset] = mask[inset + 4 : 200 - inset, inset] = True
    return mask


@pytest.mark.parametrize("mask", [make_snake(), make_spiral(), np.eye(300, dtype=bool)], ids=["snake", "spiral", "diagonal"])
def test_long_path_is_one_component(mask: np.ndarray) -> None:
    """Labels propagate along paths of any length."""
    assert len(label_components(mask)) == 1


@pytest.mark.parametrize("share", [0.05, 0.3, 0.4, 0.6])
def test_large_noise_mask_is_labeled(share: float) -> None:
    """In a million pixels of noise every set pixel belongs to one component."""
    mask = np.random.default_rng(0).random((1000, 1000)) < share
    components = label_components(mask)
    assert components.areas.sum() == np.count_nonzero(mask)
    assert (components.areas > 0).all()
