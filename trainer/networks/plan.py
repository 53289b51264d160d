"""Plan a network: its layers as data, and the table that follows from them. No Keras."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from trainer.networks.inputs import INPUT_NAME, INPUTS
from trainer.networks.layer_plan import LayerPlan
from trainer.settings import NETWORKS, FitSettings

PLANS = {name: import_module(f"trainer.networks.{name}").plan for name in NETWORKS}
"""Each network is a module of this package with a function `plan(labels, settings)`."""


def plan_network(settings: FitSettings, labels: int) -> list[LayerPlan]:
    """Return the layers of the network that the settings name. Raises InvalidInput if a layer is larger than its input."""
    layers: list[LayerPlan] = PLANS[settings.network](labels, settings)
    _describe(layers, INPUTS[settings.network].shape)
    return layers


def plan_table(settings: FitSettings, labels: int) -> list[dict[str, Any]]:
    """Return one row per layer, the input first, equal to the `layer_table` of the built network. Raises InvalidInput."""
    return _describe(PLANS[settings.network](labels, settings), INPUTS[settings.network].shape)


def _describe(layers: Sequence[LayerPlan], shape: list[int]) -> list[dict[str, Any]]:
    rows = [{"name": INPUT_NAME, "kind": "InputLayer", "output_shape": shape, "parameters": 0, "multiply_adds": 0}]
    for layer in layers:
        input_shape, shape = shape, layer.output_shape(shape)
        row = {"name": layer.name, "kind": layer.kind, "output_shape": shape}
        rows.append(row | {"parameters": layer.parameters(input_shape), "multiply_adds": layer.multiply_adds(input_shape)})
    return rows
