"""Patterns: operations that compute nothing, and those that only together are what people call a layer."""

from collections.abc import Callable, Mapping

import numpy as np

from inkling.explain.graph import Node
from inkling.explain.layer import Layer, Placed

SAME = ("Identity", "Dropout", "Cast")
SHAPED = ("Reshape", "Flatten", "Squeeze", "Unsqueeze")
POOLS = {
    "GlobalAveragePool": "GlobalAveragePooling2D",
    "GlobalMaxPool": "GlobalMaxPooling2D",
    "ReduceMean": "GlobalAveragePooling2D",
    "ReduceMax": "GlobalMaxPooling2D",
}


def moved(node: Node, places: np.ndarray, given: np.ndarray, made: object) -> np.ndarray | None:
    """Where the elements of a value are after an operation that only moves them; None where it does more.

    places: before it, without the batch. given, made: the values, of one crop.
    """
    if not isinstance(made, np.ndarray) or given.size != made.size:
        return None
    if node.op in SAME:
        return places if made.dtype.kind == "f" or np.can_cast(given.dtype, made.dtype) else None
    if node.op in SHAPED:
        return without_batch(places.reshape(made.shape))
    if node.op == "Transpose":
        return without_batch(places.reshape(given.shape).transpose(node.attributes.get("perm")))
    return None


def without_batch(value: np.ndarray) -> np.ndarray:
    """A value of one crop without its first axis, where that is the batch."""
    return value[0] if value.ndim and len(value) == 1 else value


def global_pool(node: Node, value: Placed, layers: list[Layer], constants: dict[int, np.ndarray]) -> str | None:
    """The kind of a layer that makes one number of each map; None where the operation is another."""
    if node.op not in POOLS or value.places.ndim != 3:
        return None
    maps = value.is_map(layers)
    if node.op.startswith("Global"):
        return POOLS[node.op] if maps else None
    axes = node.attributes.get("axes", constants.get(1, np.zeros(0, np.int64)))
    reduced = {int(axis) % 4 for axis in axes}
    shown = layers[value.layer].shape
    flat = np.array_equal(value.places, np.arange(value.places.size).reshape(shown)) if value.places.shape == shown else False
    return POOLS[node.op] if (maps and reduced == {2, 3}) or (flat and reduced == {1, 2}) else None


def share_of(
    node: Node, users: Mapping[str, list[Node]], constants: Callable[[list[str]], list[np.ndarray]]
) -> tuple[list[Node], float] | None:
    """Where a ReduceSum begins the division of a value by its own sum, at least some small number: its nodes and that number.

    constants: what those of some values hold that are constants.
    """
    if node.op != "ReduceSum" or not node.attributes.get("keepdims", 1):
        return None
    passed, least, at = [node], 0.0, node
    while len(following := users[at.outputs[0]]) == 1:
        after = following[0]
        if after.op == "Div" and after.inputs == [node.inputs[0], at.outputs[0]]:
            return [*passed, after], least
        found = constants([name for name in after.inputs if name != at.outputs[0]])
        if after.op != "Max" or len(found) != 1 or found[0].size != 1:
            return None
        least = max(least, found[0].item())
        passed.append(after)
        at = after
    return None
