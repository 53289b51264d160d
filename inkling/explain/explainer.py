"""Explainer: a model's graph with every value told, and what its layers make of one crop."""

import logging
from pathlib import Path

import numpy as np

from inkling.errors import BadModel
from inkling.explain.found import IMAGES
from inkling.explain.graph import read_graph, with_outputs
from inkling.explain.layer import Layer
from inkling.explain.names import name_layers
from inkling.explain.walk import layers_of
from inkling.models.predictor import Predictor, open_session

log = logging.getLogger(__name__)


class Explainer:
    """layers: those of the graph, named. It holds a session of its own beside the Predictor's, which stays as it is."""

    def __init__(self, model: bytes, predictor: Predictor, folder: Path):
        """Read a model's file a second time. folder: where it lies, as parts of it may lie in files beside it.

        Raises BadModel where not every value of its graph can be told.
        """
        self.predictor = predictor
        size = predictor.card.crop_size
        graph = read_graph(model)
        made = [name for node in graph.nodes for name in node.outputs]
        told = list(dict.fromkeys(name for name in (*made, *graph.constants) if name and name not in graph.outputs))
        try:
            self.session = open_session(with_outputs(model, told), folder)
        except Exception as error:  # the runtime raises a dozen types of its own, none of them public
            raise BadModel("Expected a model whose every value the runtime can tell. Received another.") from error
        crop = np.zeros((1, size, size, 1), np.uint8)
        values = self._values([*graph.outputs, *told], crop)
        self.layers: list[Layer] = layers_of(graph, values | {IMAGES: crop})
        name_layers(self.layers, predictor.card.fields["layers"])

    def _values(self, names: list[str], crop: np.ndarray) -> dict[str, object]:
        """What values of the graph hold for one crop; without those of a type that numpy does not know."""
        try:
            return dict(zip(names, self.session.run(names, {IMAGES: crop}), strict=True))
        except Exception as error:  # as above
            if len(names) == 1:
                log.info("cannot tell %s: %s", names[0], error)
                return {}
        middle = len(names) // 2
        return self._values(names[:middle], crop) | self._values(names[middle:], crop)

    def activations(self, crop: np.ndarray) -> list[np.ndarray]:
        """What each layer makes of a crop, uint8 (size, size): float32 of its shape, (height, width, channels) or (features,).

        The last are the probabilities.
        """
        given = crop[None, :, :, None]  # (size, size) -> (1, size, size, 1)
        names = [layer.value for layer in self.layers if layer.value != IMAGES]
        values = {IMAGES: given} | dict(zip(names, self.session.run(names, {IMAGES: given}), strict=True))
        return [layer.shown(values[layer.value]) for layer in self.layers]
