"""What the trainer converts, explained: every recipe's layers under their own names, computed by hand."""

import json

import keras
import numpy as np
import pytest
from onnx import helper

from inkling.explain.explainer import Explainer
from inkling.models.model_card import CARD_KEY
from inkling.models.predictor import Predictor
from tests.support.dataset_files import drawings
from tests.support.fake_model import fake_card
from tests.unit.inkling.explain.by_hand import check
from trainer.export.exporter import convert
from trainer.networks.network import build
from trainer.networks.table import layer_table
from trainer.recipes import RECIPES, recipe

LABELS = ["X", "O", "ten"]
CROPS = drawings(3)[:, 2:26, 2:26]
COMPUTED_ELSEWHERE = {"BatchNormalization"}


@pytest.fixture(scope="module", params=[(name, temperature) for name in RECIPES for temperature in (1.0, 1.7)], ids=str)
def converted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A recipe's network with weights of its own, and the explainer of what it was converted to."""
    name, temperature = request.param
    keras.utils.set_random_seed(4)
    network = build(recipe(name), len(LABELS), temperature)
    rng = np.random.default_rng(5)
    for layer in network.layers.layers:  # biases, and the statistics of a normalisation, as a fit leaves them: none is 0
        shaken = [weight + (weight.ndim == 1) * rng.uniform(0, 0.3, weight.shape) for weight in layer.get_weights()]
        layer.set_weights(shaken)
    model = convert(network, len(LABELS))
    card = fake_card(LABELS, name, layers=layer_table(network.layers))
    helper.set_model_props(model, {CARD_KEY: json.dumps(card)})
    path = tmp_path_factory.mktemp("converted") / f"{name}.onnx"
    path.write_bytes(model.SerializeToString())
    return network, Explainer(path.read_bytes(), Predictor(path), path.parent)


def test_every_layer_can_be_computed_by_hand(converted):
    """All of them are of a kind that is known."""
    _, explainer = converted
    for crop in CROPS:
        assert check(explainer.layers, explainer.activations(crop), crop) == {layer.kind for layer in explainer.layers}


def test_layers_are_those_of_keras(converted):
    """Every row of the card is a layer of its name, shape and cost, or a normalisation inside of the one before it."""
    network, explainer = converted
    ours = {layer.name: layer for layer in explainer.layers}
    folded = [name for layer in explainer.layers for name in layer.folded]
    for row in layer_table(network.layers):
        if row["name"] in folded:
            assert row["kind"] in COMPUTED_ELSEWHERE
            continue
        assert list(ours[row["name"]].shape) == row["output_shape"]
        assert ours[row["name"]].multiply_adds == row["multiply_adds"]
        if not folded:
            assert ours[row["name"]].parameters == row["parameters"]
    assert len(folded) == sum(row["kind"] in COMPUTED_ELSEWHERE for row in layer_table(network.layers))


def test_activations_are_those_of_keras(converted):
    """Layer by layer, where Keras has one of that name that no conversion changes."""
    network, explainer = converted
    named = {layer.name: values for layer, values in zip(explainer.layers, explainer.activations(CROPS[0]), strict=True)}
    folded = {layer.name for layer in explainer.layers if layer.folded}
    layers = [layer for layer in network.layers.layers if layer.name in named and layer.name not in folded]
    probe = keras.Model(network.layers.input, [layer.output for layer in layers])
    given = CROPS[:1, :, :, None].astype(np.float32) / 255
    for layer, values in zip(layers, probe(given, training=False), strict=True):
        theirs = keras.ops.convert_to_numpy(values)[0]
        after = getattr(layer, "activation", None)
        if after is not None and after is not keras.activations.linear:
            continue  # its activation is a layer of its own here
        np.testing.assert_allclose(named[layer.name], theirs, rtol=1e-5, atol=1e-5, err_msg=layer.name)
    answer = keras.ops.convert_to_numpy(network.probabilities(network.layers(given, training=False)))[0]
    np.testing.assert_allclose(list(named.values())[-1], answer, atol=1e-5)
    assert len(layers) >= 4
