"""Found: the layers of a graph that are found so far, and where each of its values belongs."""

from collections.abc import Iterable, Mapping

import numpy as np

from inkling.explain.graph import Node
from inkling.explain.layer import Layer, Placed, maps_of, order_of, plain
from inkling.explain.ops import Constants, Step
from inkling.explain.patterns import without_batch

IMAGES = "images"


class Found:
    """layers: in the order in which they are computed. placed: by the names of values that depend on the images.

    opaque: the same for values that numpy does not know: the position of a layer that they were made from.
    """

    def __init__(self, values: Mapping[str, object]):
        """values: what the graph's values hold for one crop, by name. The first layer is the crop."""
        self.values = values
        shape = np.shape(values[IMAGES])[1:]
        self.layers = [Layer("InputLayer", shape, IMAGES, order_of(plain(shape)))]
        self.placed: dict[str, Placed] = {IMAGES: Placed(0, plain(shape))}
        self.opaque: dict[str, int] = {}

    def add(self, step: Step, shape: tuple[int, ...], places: np.ndarray, name: str, inputs: list[int]) -> Layer:
        """Add a layer that shows the value of a name. places: where the value's elements are in `shape`."""
        kernel, bias = (None if part is None else np.ascontiguousarray(part, np.float32) for part in (step.kernel, step.bias))
        parameters = sum(part.size for part in (kernel, bias) if part is not None)
        order = order_of(places)
        layer = Layer(step.kind, shape, name, order, inputs, step.facts, kernel, bias, parameters, step.multiply_adds)
        self.placed[name] = Placed(len(self.layers), places)
        self.layers.append(layer)
        return layer

    def add_like(self, step: Step, given: str, name: str) -> Layer:
        """Add a layer that reads one value and leaves every element where it was."""
        value = self.settled(given)
        return self.add(step, self.layers[value.layer].shape, value.places, name, [value.layer])

    def settled(self, name: str, needs_maps: bool = False) -> Placed:
        """A value, behind a layer that shows it with as many axes as it has, which is added where there is none."""
        value = self.placed[name]
        shape, made = self.layers[value.layer].shape, value.places.shape
        if len(made) == 1 and len(shape) == 3:
            self.add(Step("Flatten"), made, value.places, name, [value.layer])
        elif needs_maps and not value.is_map(self.layers):
            maps = (*made[1:], made[0])
            self.add(Step("Reshape"), maps, maps_of(maps), name, [value.layer])
        return self.placed[name]

    def data(self, node: Node) -> list[str]:
        """What a node reads that depends on the images."""
        return [name for name in node.reads if name in self.placed or name in self.opaque]

    def constants(self, node: Node) -> Constants:
        """What a node reads that does not, by position."""
        return dict(self._held(node.inputs))

    def held(self, names: list[str]) -> list[np.ndarray]:
        """Those of some values that do not, in their order."""
        return [value for _, value in self._held(names)]

    def item(self, name: str) -> np.ndarray | None:
        """What a value holds without the batch; None where it is no array of numbers."""
        value = self.values.get(name)
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
            return None
        return without_batch(value)

    def by_channel(self, constant: np.ndarray, name: str) -> np.ndarray | float | None:
        """A constant beside a value, as one number or one a channel; None where it differs within a channel."""
        value = self.placed[name]
        try:
            whole = np.broadcast_to(constant, (1, *value.places.shape))
        except ValueError:
            return None
        shown = whole.ravel()[order_of(value.places)].reshape(-1, self.layers[value.layer].shape[-1])
        if not (shown == shown[0]).all():
            return None
        return shown[0, 0].item() if (shown == shown[0, 0]).all() else shown[0].astype(np.float32)

    def _held(self, names: list[str]) -> Iterable[tuple[int, np.ndarray]]:
        for position, name in enumerate(names):
            value = self.values.get(name)
            if isinstance(value, np.ndarray) and name not in self.placed and name not in self.opaque:
                yield position, value
