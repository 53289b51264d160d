"""Explanations of exported networks: every layer equals Keras', and can be recomputed in numpy."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from onnx import helper

from inkling.explain.explainer import Explainer
from inkling.models.model_card import CARD_KEY
from inkling.models.predictor import Predictor
from tests.support.dataset_files import drawings
from tests.support.fake_model import fake_card
from tests.support.layer_arithmetic import check_layers as recompute_layers
from trainer.errors import ExportFailed
from trainer.export.converter import convert
from trainer.export.graph_layers import describe_graph_layers
from trainer.export.verification import check_layers
from trainer.networks.layer_table import layer_table
from trainer.networks.network import Network, build_network
from trainer.recipes import RECIPES, recipe

LABELS = ["X", "O", "ten"]
IMAGES = drawings(3)
LAYERS = [
    "1x1x1",
    "pool",
    "pool pool pool pool",
    "5x5x8/2v 3x3x16 pool 3x3x12v",
    "2x2x3/3 4x4x5/2 pool",
    "9x9x4v 7x7x4/4v 3x3x2v",
    "7x7x1/3v pool 3x3x2",
]


def export_network(folder: Path, name: str, temperature: float = 1.0, **settings) -> tuple[Network, Explainer, dict[str, str]]:
    """A network with random weights, its explainer after conversion, and the Keras layers that its layers equal."""
    keras.utils.set_random_seed(4)
    network = build_network(recipe(name, **settings), len(LABELS), temperature)
    rng = np.random.default_rng(5)
    for layer in network.model.layers:  # biases and moving statistics as after a fit: none is 0
        layer.set_weights([weight + (weight.ndim == 1) * rng.uniform(0, 0.3, weight.shape) for weight in layer.get_weights()])
    model = convert(network, len(LABELS))
    graph_layers, keras_layers = describe_graph_layers(model, network.model)
    card = fake_card(LABELS, name, layers=layer_table(network.model), graph_layers=graph_layers, crop=network.crops.to_card())
    helper.set_model_props(model, {CARD_KEY: json.dumps(card)})
    path = folder / f"{name}.onnx"
    path.write_bytes(model.SerializeToString())
    return network, Explainer(path.read_bytes(), Predictor(path)), keras_layers


@pytest.fixture(scope="module", params=[(name, temperature) for name in RECIPES for temperature in (1.0, 1.7)], ids=str)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """Each recipe's network, with and without a temperature."""
    name, temperature = request.param
    return export_network(tmp_path_factory.mktemp("exported"), name, temperature)


def test_every_layer_can_be_recomputed(exported):
    """From the layer that it reads, in numpy."""
    network, explainer, _ = exported
    for crop in network.crops.center(IMAGES):
        recompute_layers(explainer, crop[..., 0])


def test_activations_equal_those_of_keras(exported):
    """Of every Keras layer, directly or through the batch normalization or activation that follows."""
    network, explainer, keras_layers = exported
    for image in IMAGES:
        check_layers(network, explainer, keras_layers, image)
    assert set(keras_layers.values()) >= {
        layer.name
        for layer in network.model.layers
        if not any(f"{layer.name}_norm" == other.name for other in network.model.layers)
    }


def test_rows_describe_the_layers_of_keras(exported):
    """Shape, parameters and multiply-adds; parameters of a merged batch normalization become a bias."""
    network, explainer, keras_layers = exported
    rows = {row["name"]: row for row in layer_table(network.model)}
    described = {layer.name: layer.description for layer in explainer.layers}
    assert [explainer.layers[0].shape, explainer.layers[-1].shape] == [tuple(network.crops.shape), (len(LABELS),)]
    for name, keras_name in keras_layers.items():
        assert described[name]["output_shape"] == rows[keras_name]["output_shape"]
    for name, row in rows.items():
        if row["kind"] in ("Conv2D", "Dense"):
            assert described[name]["multiply_adds"] == row["multiply_adds"]
            if not described[name].get("merged"):
                assert described[name]["parameters"] == row["parameters"]
    merged = [name for row in described.values() for name in row.get("merged", [])]
    assert merged == [name for name, row in rows.items() if row["kind"] == "BatchNormalization"]


@pytest.mark.slow
@pytest.mark.parametrize("layers", LAYERS)
def test_any_layers_setting_can_be_explained(layers: str, tmp_path: Path):
    """Even and odd kernels, all strides, with and without padding, pools first."""
    network, explainer, keras_layers = export_network(tmp_path, "inkling", layers=layers)
    recompute_layers(explainer, IMAGES[0][2:26, 2:26])
    check_layers(network, explainer, keras_layers, IMAGES[0])


@pytest.mark.parametrize("layer", ["conv1", "dense"])
def test_a_layer_that_differs_from_keras_fails_the_export(layer: str, tmp_path: Path):
    """By more than rounding."""
    network, explainer, keras_layers = export_network(tmp_path, "tfjs")
    changed = network.model.get_layer(layer)
    changed.set_weights([weight * 1.01 for weight in changed.get_weights()])
    with pytest.raises(ExportFailed):
        check_layers(network, explainer, keras_layers, IMAGES[0])


@pytest.mark.parametrize("other", ["inkling", "perceptron"])
def test_a_graph_of_another_network_fails_the_export(other: str):
    """Its operations don't match the layers."""
    model = convert(build_network(recipe("tfjs"), len(LABELS)), len(LABELS))
    with pytest.raises(ExportFailed):
        describe_graph_layers(model, build_network(recipe(other), len(LABELS)).model)
