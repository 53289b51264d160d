"""Explainer: a model's graph with every value told, and what its layers make of one crop."""

import numpy as np

from server.inference.errors import BadModel
from server.inference.explaining.graph import read_graph, with_outputs
from server.inference.explaining.layer import Layer
from server.inference.explaining.names import name_layers
from server.inference.explaining.walk import IMAGES, layers_of
from server.inference.predictor import Predictor, open_session


class Explainer:
    """layers: those of the graph, named. It holds a session of its own beside the Predictor's, which stays as it is."""

    def __init__(self, model: bytes, predictor: Predictor):
        """Read a model's file a second time. Raises BadModel where it cannot be read."""
        self.predictor = predictor
        size = predictor.card.crop_size
        try:
            graph = read_graph(model)
        except ValueError as error:
            raise BadModel(f"Expected an ONNX model. Received one whose graph cannot be read: {error}") from error
        made = [name for node in graph.nodes for name in node.outputs]
        told = list(dict.fromkeys(name for name in (*made, *graph.constants) if name and name not in graph.outputs))
        self.session = open_session(with_outputs(model, told))
        crop = np.zeros((1, size, size, 1), np.uint8)
        names = [*graph.outputs, *told]
        values = dict(zip(names, self.session.run(names, {IMAGES: crop}), strict=True))
        self.layers: list[Layer] = layers_of(graph, values | {IMAGES: crop})
        name_layers(self.layers, predictor.card.fields["layers"])

    def activations(self, crop: np.ndarray) -> list[np.ndarray]:
        """What each layer makes of a crop, uint8 (size, size): float32 of its shape, (height, width, channels) or (features,).

        The last are the probabilities.
        """
        given = crop[None, :, :, None]  # (size, size) -> (1, size, size, 1)
        names = [layer.value for layer in self.layers if layer.value != IMAGES]
        values = {IMAGES: given} | dict(zip(names, self.session.run(names, {IMAGES: given}), strict=True))
        return [layer.shown(values[layer.value]) for layer in self.layers]
