"""Plan: a network's layers in order, as data, and the table that follows from them. No Keras."""

from collections.abc import Sequence
from importlib import import_module

from trainer.networks.crop import CROP_SIZE
from trainer.networks.layer import Layer
from trainer.settings import NETWORKS, FitSettings

CROP_SHAPE = [CROP_SIZE, CROP_SIZE, 1]

INPUT = "crops"

PLANS = {name: import_module(f"trainer.networks.{name}").plan for name in NETWORKS}
"""Every network has a file of its name, with a function `plan(labels, settings)`."""


def plan(settings: FitSettings, labels: int) -> list[Layer]:
    """The layers of the network that the settings name. Raises BadInput where one has no room."""
    layers = PLANS[settings.network](labels, settings)
    table(layers)
    return layers


def table(layers: Sequence[Layer]) -> list[dict]:
    """One row a layer, as `layer_table` makes it of the network itself, the input first. Raises BadInput."""
    shape = CROP_SHAPE
    rows = [{"name": INPUT, "kind": "InputLayer", "output_shape": shape, "parameters": 0, "multiply_adds": 0}]
    for layer in layers:
        given, shape = shape, layer.shape(shape)
        row = {"name": layer.name, "kind": layer.kind, "output_shape": shape}
        rows.append(row | {"parameters": layer.parameters(given), "multiply_adds": layer.multiply_adds(given)})
    return rows
