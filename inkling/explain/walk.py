"""Walk: through the nodes of a graph from its images to its probabilities, which gives the layers."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from inkling.explain.found import Found
from inkling.explain.graph import Graph, Node
from inkling.explain.layer import Layer, Placed, maps_of, order_of, plain
from inkling.explain.ops import ACTIVATIONS, STEPS, Step, affine
from inkling.explain.patterns import global_pool, moved, share_of

PROBABILITIES = "probabilities"
SIZES = ("Shape", "Size")
"""What these tell depends on no pixel."""


def layers_of(graph: Graph, values: Mapping[str, object]) -> list[Layer]:
    """The layers of a graph, in the order in which they are computed; the first is the crop as the network takes it.

    values: what the graph's values hold for one crop, whatever it shows, by name.
    """
    walk = Walk(graph, values)
    walk.end()
    return _needed(walk.found.layers, walk.found.placed[PROBABILITIES].layer)


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
    """Each node is looked at once. A rule adds what it finds, and says whether the node is one of its kind."""

    def __init__(self, graph: Graph, values: Mapping[str, object]):
        self.found = Found(values)
        self.users: dict[str, list[Node]] = defaultdict(list)
        for node in graph.nodes:
            for name in node.reads:
                self.users[name].append(node)
        self.done: set[int] = set()
        for node in graph.nodes:
            if id(node) not in self.done:
                self._pass(node)

    def end(self) -> None:
        """See that the layer of the probabilities shows them as they are told: one a label, in their order."""
        found = self.found
        told = plain(np.shape(found.values[PROBABILITIES])[1:])
        value = found.placed.get(PROBABILITIES)
        if value is None:  # an answer that depends on nothing
            found.add(Step("Constant"), told.shape, told, PROBABILITIES, [])
        elif found.layers[value.layer].shape != told.shape or not np.array_equal(value.places, told):
            found.add(Step("Reshape"), told.shape, told, PROBABILITIES, [value.layer])

    def _pass(self, node: Node) -> None:
        data = self.found.data(node)
        if node.op in SIZES or not data:
            return  # a constant
        alone = data[0] if len(data) == 1 and data[0] in self.found.placed else None
        if alone is not None and (self._scales_the_images(node, alone) or self._rescales(node, alone)):
            return
        first = alone is not None and alone == node.inputs[0]
        if first and any(rule(node, alone) for rule in (self._moves, self._shares, self._pools_all, self._known)):
            return
        self._unknown(node)

    def _moves(self, node: Node, name: str) -> bool:
        """Elements of a value go elsewhere, and nothing is computed."""
        value, made = self.found.placed[name], node.outputs[0]
        places = moved(node, value.places, self.found.values[name], self.found.values.get(made))
        if places is not None:
            self.found.placed[made] = Placed(value.layer, places)
        return places is not None

    def _known(self, node: Node, name: str) -> bool:
        """One layer, of which it is known how to compute it."""
        found, rule, made = self.found, STEPS.get(node.op), self.found.item(node.outputs[0])
        if rule is None or made is None:
            return False
        step = rule(node, found.constants(node), found.placed[name].places.shape, made.shape)
        if step is None:
            return False
        if node.op == "BatchNormalization":
            return self._add_affine(node, step, name, *(step.facts.pop(key) for key in ("scale", "offset")))
        if step.needs_maps:
            shape = (*made.shape[1:], made.shape[0])
            found.add(step, shape, maps_of(shape), node.outputs[0], [found.settled(name, needs_maps=True).layer])
        elif step.kernel is not None:
            value = found.settled(name)
            step.kernel = step.kernel[order_of(value.places)]
            found.add(step, made.shape, plain(made.shape), node.outputs[0], [value.layer])
        elif made.shape == found.placed[name].places.shape:
            found.add_like(step, name, node.outputs[0])
        else:
            return False
        if step.kernel is not None and step.bias is None:
            self._take_bias(node.outputs[0])
        return True

    def _take_bias(self, name: str) -> None:
        """Let the layer added last, without a bias, take that of an Add behind it."""
        users, layer = self.users[name], self.found.layers[-1]
        if len(users) != 1 or users[0].op != "Add" or (parts := self._affine(users[0], name)) is None:
            return
        made, bias = users[0].outputs[0], self.found.by_channel(parts[1], name)
        if bias is None:
            return
        layer.bias = np.ascontiguousarray(np.broadcast_to(bias, layer.shape[-1:]), np.float32)
        layer.parameters += layer.bias.size
        layer.value, self.found.placed[made] = made, self.found.placed[name]
        self.done.add(id(users[0]))

    def _scales_the_images(self, node: Node, name: str) -> bool:
        """The first scaling by one number is a part of the first layer, if nothing else reads what is not scaled."""
        parts, first = self._affine(node, name), self.found.layers[0]
        alone = all(len(self.users[other]) == 1 for other in self.found.placed)
        if parts is None or len(self.found.layers) > 1 or not alone or first.facts:
            return False
        scale, offset = parts
        if scale.size != 1 or offset.any():
            return False
        first.facts["scale"] = scale.item()
        first.value, self.found.placed[node.outputs[0]] = node.outputs[0], self.found.placed[name]
        return True

    def _rescales(self, node: Node, name: str) -> bool:
        """A layer that multiplies and adds constants."""
        parts = self._affine(node, name)
        return parts is not None and self._add_affine(node, Step("Rescaling"), name, *parts)

    def _affine(self, node: Node, name: str) -> tuple[np.ndarray, np.ndarray] | None:
        """What an operation multiplies a value with and adds to it; None where it does else, or rounds as whole numbers do."""
        given, made = self.found.values[name], self.found.values.get(node.outputs[0])
        if not isinstance(made, np.ndarray) or made.dtype.kind != "f" or made.shape != given.shape:
            return None
        return affine(node, self.found.constants(node))

    def _add_affine(self, node: Node, step: Step, name: str, scale: np.ndarray, offset: np.ndarray) -> bool:
        value, constants = self.found.settled(name), self.found.constants(node)
        if node.op == "BatchNormalization":  # a number a channel, the first axis of the value
            scale, offset = (part.reshape(-1, *[1] * (value.places.ndim - 1)) for part in (scale, offset))
        parts = self.found.by_channel(scale, name), self.found.by_channel(offset, name)
        if any(part is None for part in parts):
            return False
        step.facts = dict(zip(("scale", "offset"), parts, strict=True))
        layer = self.found.add_like(step, name, node.outputs[0])
        layer.parameters = _learnt(constants)
        return True

    def _pools_all(self, node: Node, name: str) -> bool:
        """A layer that takes the mean or the largest of each map."""
        found, made = self.found, self.found.item(node.outputs[0])
        kind = global_pool(node, found.placed[name], found.layers, found.constants(node))
        if kind is None or made is None:
            return False
        found.add(Step(kind), (made.size,), plain(made.shape), node.outputs[0], [found.settled(name).layer])
        return True

    def _shares(self, node: Node, name: str) -> bool:
        """A layer that divides features by their sum, which takes three operations."""
        features = self.found.placed[name].places.ndim == 1
        parts = share_of(node, self.users, self.found.held) if features else None
        if parts is None:
            return False
        passed, least = parts
        self.done.update(map(id, passed))
        self.found.add_like(Step("Share", {"least": least}), name, passed[-1].outputs[0])
        return True

    def _unknown(self, node: Node) -> None:
        """A layer for each result of an operation that is shown by its results alone."""
        found, data = self.found, self.found.data(node)
        inputs = [found.settled(name).layer if name in found.placed else found.opaque[name] for name in data]
        like = next((found.placed[name] for name in data if name in found.placed), None)
        learnt = _learnt(found.constants(node))
        for name in filter(None, node.outputs):
            made = found.item(name)
            if made is None:
                found.opaque[name] = inputs[0]
                continue
            shape, places = made.shape or (1,), None
            if like and like.places.shape == shape:
                shape, places = found.layers[like.layer].shape, like.places
            elif like and len(shape) == 3 and like.is_map(found.layers):
                shape = (*shape[1:], shape[0])
                places = maps_of(shape)
            step, places = Step(ACTIVATIONS.get(node.op, node.op)), plain(shape) if places is None else places
            found.add(step, shape, places, name, list(dict.fromkeys(inputs))).parameters = learnt


def _learnt(constants: dict[int, np.ndarray]) -> int:
    """How many numbers an operation holds; a single one is a setting."""
    return sum(constant.size for constant in constants.values() if constant.size > 1)
