"""Plans of networks, compared with the Keras models that are built from them."""

import json
import subprocess
import sys

import keras
import pytest

from inkling.errors import InvalidInput
from trainer.networks.layer_table import layer_table
from trainer.networks.network import build_network
from trainer.networks.plan import plan_network, plan_table
from trainer.recipes import RECIPES, recipe

LAYERS = [
    "1x1x1",
    "pool",
    "pool pool pool pool",
    "3x3x8 3x3x8",
    "5x5x8/2v 3x3x16 pool 3x3x12v",
    "2x2x3/3 4x4x5/2 pool",
    "9x9x4v 7x7x4/4v 3x3x2v",
    "8x8x2/4v 2x2x3/2",
    "7x7x1/3v pool 3x3x2",
]


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("labels", [2, 10, 37])
@pytest.mark.parametrize("name", RECIPES)
def test_plan_table_equals_layer_table(name, labels, dropout):
    """Names, kinds, shapes, parameters and multiply-adds, for each recipe and any number of labels."""
    settings = recipe(name, dropout=dropout)
    assert plan_table(settings, labels) == layer_table(build_network(settings, labels).model)


@pytest.mark.parametrize("layers", LAYERS)
def test_plan_table_equals_layer_table_for_other_layers(layers):
    """Even and odd kernels, all strides, with and without padding."""
    settings = recipe("inkling", layers=layers)
    assert plan_table(settings, 10) == layer_table(build_network(settings, 10).model)


def test_layer_larger_than_its_input_is_refused():
    """The message names both sizes."""
    with pytest.raises(InvalidInput, match=r"9 pixels.* 8\."):
        plan_network(recipe("inkling", layers="9x9x4v 9x9x4v 9x9x4v"), 10)


def test_plan_does_not_import_keras():
    """The service describes networks in a process without Keras."""
    program = (
        "import json, sys; from trainer.networks.plan import plan_table; from trainer.recipes import recipe;"
        "rows = plan_table(recipe('tfjs'), 10); print(json.dumps([len(rows), 'keras' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [7, False]


def test_kernel_initializers():
    """He normal without bias for inkling. Each layer has its own seed, so that no two draw the same weights."""
    first = build_network(recipe("inkling"), 10).model.get_layer("conv1")
    assert isinstance(first.kernel_initializer, keras.initializers.HeNormal)
    assert not first.use_bias
    layers = [build_network(recipe("tfjs"), 10).model.get_layer(name) for name in ("conv1", "conv2", "dense")]
    assert len({layer.kernel_initializer.seed for layer in layers}) == 3
