"""Walk: through the nodes of a graph from its images to its probabilities, which gives the layers."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from server.inference.explaining.graph import Graph, Node
from server.inference.explaining.layer import Layer, Placed, maps_of, order_of, plain
from server.inference.explaining.ops import ACTIVATIONS, STEPS, Step, affine
from server.inference.explaining.patterns import global_pool, moved, share_of, without_batch

IMAGES, PROBABILITIES = "images", "probabilities"
SIZES = ("Shape", "Size")
"""What these tell depends on no pixel."""


def layers_of(graph: Graph, values: Mapping[str, object]) -> list[Layer]:
    """The layers of a graph, in the order in which they are computed; the first is the crop as the network takes it.

    values: what the graph's values hold for one crop, whatever it shows, by name.
    """
    walk = Walk(graph, values)
    walk.end()
    return _needed(walk.layers, walk.placed[PROBABILITIES].layer)


def _needed(layers: list[Layer], last: int) -> list[Layer]:
    """The first layer, the last one, and those between on which it depends."""
    needed = {0, last}
    for position in range(last, 0, -1):
        if position in needed:
            needed.update(layers[position].inputs)
    places = {position: number for number, position in enumerate(sorted(needed))}
    for layer in layers:
        layer.inputs = [places[position] for position in layer.inputs if position in places]
    return [layers[position] for position in places]


class Walk:
    """The layers found so far, and where each value of the graph belongs."""

    def __init__(self, graph: Graph, values: Mapping[str, object]):
        self.values = values
        self.users: dict[str, list[Node]] = defaultdict(list)
        for node in graph.nodes:
            for name in node.reads:
                self.users[name].append(node)
        self.done: set[int] = set()
        shape = np.shape(values[IMAGES])[1:]
        self.layers = [Layer("InputLayer", shape, IMAGES, order_of(plain(shape)))]
        self.placed: dict[str, Placed] = {IMAGES: Placed(0, plain(shape))}
        self.opaque: dict[str, int] = {}
        for node in graph.nodes:
            if id(node) not in self.done:
                self._pass(node)

    def end(self) -> None:
        """See that the layer of the probabilities shows them as they are told: one a label, in their order."""
        told = plain(np.shape(self.values[PROBABILITIES])[1:])
        value = self.placed.get(PROBABILITIES)
        if value is None:  # an answer that depends on nothing
            self._add(Step("Constant"), told.shape, Placed(len(self.layers), told), PROBABILITIES, [])
        elif self.layers[value.layer].shape != told.shape or not np.array_equal(value.places, told):
            self._add(Step("Reshape"), told.shape, Placed(len(self.layers), told), PROBABILITIES, [value.layer])

    def _pass(self, node: Node) -> None:
        data = self._data(node)
        if node.op in SIZES or not data:
            return  # a constant
        alone = data[0] if len(data) == 1 and data[0] in self.placed else None
        if alone is not None and (self._scales_the_images(node, alone) or self._rescales(node, alone)):
            return
        first = alone is not None and alone == node.inputs[0]
        if first and any(rule(node, alone) for rule in (self._moves, self._shares, self._pools_all, self._known)):
            return
        self._unknown(node)

    def _moves(self, node: Node, name: str) -> bool:
        """Note where the elements of a value are that an operation only moves. Whether it does."""
        value = self.placed[name]
        places = moved(node, value.places, self.values[name], self.values.get(node.outputs[0]))
        if places is not None:
            self.placed[node.outputs[0]] = Placed(value.layer, places)
        return places is not None

    def _known(self, node: Node, name: str) -> bool:
        """Add the layer of an operation whose rule is known. Whether it is."""
        rule, made = STEPS.get(node.op), self._item(node.outputs[0])
        if rule is None or made is None:
            return False
        step = rule(node, self._constants(node), self.placed[name].places.shape, made.shape)
        if step is None:
            return False
        if node.op == "BatchNormalization":
            return self._add_affine(node, step, name, *(step.facts.pop(key) for key in ("scale", "offset")))
        value = self._settled(name, step.needs_maps)
        if step.needs_maps:
            shape = (*made.shape[1:], made.shape[0])
            placed = Placed(len(self.layers), maps_of(shape))
        elif step.kernel is not None:
            shape, placed = made.shape, Placed(len(self.layers), plain(made.shape))
            step.kernel = step.kernel[order_of(value.places)]
        elif made.shape == value.places.shape:
            shape, placed = self.layers[value.layer].shape, Placed(len(self.layers), value.places)
        else:
            return False
        self._add(step, shape, placed, node.outputs[0], [value.layer])
        if step.kernel is not None and step.bias is None:
            self._take_bias(node.outputs[0])
        return True

    def _add(self, step: Step, shape: tuple, placed: Placed, name: str, inputs: list[int]) -> Layer:
        kernel, bias = (None if part is None else np.ascontiguousarray(part, np.float32) for part in (step.kernel, step.bias))
        parameters = sum(part.size for part in (kernel, bias) if part is not None)
        order = order_of(placed.places)
        layer = Layer(step.kind, shape, name, order, inputs, step.facts, kernel, bias, parameters, step.multiply_adds)
        self.layers.append(layer)
        self.placed[name] = placed
        return layer

    def _take_bias(self, name: str) -> None:
        """Let the layer added last, without a bias, take that of an Add behind it."""
        users, layer = self.users[name], self.layers[-1]
        if len(users) != 1 or users[0].op != "Add" or (found := self._affine(users[0], name)) is None:
            return
        made, bias = users[0].outputs[0], self._by_channel(found[1], name)
        if bias is None:
            return
        layer.bias = np.ascontiguousarray(np.broadcast_to(bias, layer.shape[-1:]), np.float32)
        layer.parameters += layer.bias.size
        layer.value, self.placed[made] = made, self.placed[name]
        self.done.add(id(users[0]))

    def _scales_the_images(self, node: Node, name: str) -> bool:
        """Take the first scaling by one number into the first layer, if nothing else reads what is not scaled."""
        found = self._affine(node, name)
        alone = all(len(self.users[other]) == 1 for other in self.placed)
        if len(self.layers) > 1 or not alone or self.layers[0].facts or found is None:
            return False
        scale, offset = found
        if scale.size != 1 or offset.any():
            return False
        self.layers[0].facts["scale"] = scale.item()
        self.layers[0].value, self.placed[node.outputs[0]] = node.outputs[0], self.placed[name]
        return True

    def _rescales(self, node: Node, name: str) -> bool:
        """Add a layer that multiplies and adds constants."""
        found = self._affine(node, name)
        return found is not None and self._add_affine(node, Step("Rescaling"), name, *found)

    def _affine(self, node: Node, name: str) -> tuple[np.ndarray, np.ndarray] | None:
        """What an operation multiplies a value with and adds to it; None where it does else, or rounds as whole numbers do."""
        given, made = self.values[name], self.values.get(node.outputs[0])
        if not isinstance(made, np.ndarray) or made.dtype.kind != "f" or made.shape != given.shape:
            return None
        return affine(node, self._constants(node))

    def _add_affine(self, node: Node, step: Step, name: str, scale: np.ndarray, offset: np.ndarray) -> bool:
        value = self._settled(name)
        if node.op == "BatchNormalization":  # a number a channel, the first axis of the value
            scale, offset = (part.reshape(-1, *[1] * (value.places.ndim - 1)) for part in (scale, offset))
        parts = self._by_channel(scale, name), self._by_channel(offset, name)
        if any(part is None for part in parts):
            return False
        step.facts = dict(zip(("scale", "offset"), parts, strict=True))
        layer = self._add(
            step, self.layers[value.layer].shape, Placed(len(self.layers), value.places), node.outputs[0], [value.layer]
        )
        layer.parameters = sum(constant.size for constant in self._constants(node).values() if constant.size > 1)
        return True

    def _pools_all(self, node: Node, name: str) -> bool:
        """Add a layer that takes the mean or the largest of each map."""
        made = self._item(node.outputs[0])
        kind = global_pool(node, self.placed[name], self.layers, self._constants(node))
        if kind is None or made is None:
            return False
        value = self._settled(name)
        channels = (made.size,)
        placed = Placed(len(self.layers), plain(channels).reshape(made.shape))
        self._add(Step(kind), channels, placed, node.outputs[0], [value.layer])
        return True

    def _shares(self, node: Node, name: str) -> bool:
        """Add a layer that divides features by their sum, which takes three operations."""
        value = self.placed[name]
        found = share_of(node, self.users, self._held) if value.places.ndim == 1 else None
        if found is None:
            return False
        passed, least = found
        self.done.update(map(id, passed))
        value = self._settled(name)
        step = Step("Share", {"least": least})
        placed = Placed(len(self.layers), value.places)
        self._add(step, self.layers[value.layer].shape, placed, passed[-1].outputs[0], [value.layer])
        return True

    def _unknown(self, node: Node) -> None:
        """Add a layer for each result of an operation that is shown by its results alone."""
        data = self._data(node)
        inputs = list(dict.fromkeys(self._settled(name).layer if name in self.placed else self.opaque[name] for name in data))
        like = next((self.placed[name] for name in data if name in self.placed), None)
        for name in filter(None, node.outputs):
            made = self._item(name)
            if made is None:
                self.opaque[name] = inputs[0]
                continue
            shape = made.shape or (1,)
            if like and like.places.shape == shape and self.layers[like.layer].shape:
                shape, places = self.layers[like.layer].shape, like.places
            elif len(shape) == 3 and like and like.is_map(self.layers):
                shape = (*shape[1:], shape[0])
                places = maps_of(shape)
            else:
                places = plain(shape)
            layer = self._add(Step(ACTIVATIONS.get(node.op, node.op)), shape, Placed(len(self.layers), places), name, inputs)
            layer.parameters = sum(constant.size for constant in self._constants(node).values() if constant.size > 1)

    def _settled(self, name: str, needs_maps: bool = False) -> Placed:
        """A value, behind a layer that shows it with as many axes as it has, which is added where there is none."""
        value = self.placed[name]
        shape, made = self.layers[value.layer].shape, value.places.shape
        if len(made) == 1 and len(shape) == 3:
            self._add(Step("Flatten"), made, Placed(len(self.layers), value.places), name, [value.layer])
        elif needs_maps and not value.is_map(self.layers):
            maps = (*made[1:], made[0])
            self._add(Step("Reshape"), maps, Placed(len(self.layers), maps_of(maps)), name, [value.layer])
        return self.placed[name]

    def _by_channel(self, constant: np.ndarray, name: str) -> np.ndarray | float | None:
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

    def _data(self, node: Node) -> list[str]:
        return [name for name in node.reads if name in self.placed or name in self.opaque]

    def _constants(self, node: Node) -> dict[int, np.ndarray]:
        return {
            position: self.values[name]
            for position, name in enumerate(node.inputs)
            if isinstance(self.values.get(name), np.ndarray) and name not in self.placed and name not in self.opaque
        }

    def _held(self, names: list[str]) -> list[np.ndarray]:
        return list(self._constants(Node("", names, [])).values())

    def _item(self, name: str) -> np.ndarray | None:
        """What a value holds without the batch; None where it is no array of numbers."""
        value = self.values.get(name)
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
            return None
        return without_batch(value)
