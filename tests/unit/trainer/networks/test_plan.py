"""Plans: networks as data, without Keras, against the networks that Keras makes of them."""

import json
import subprocess
import sys

import keras
import pytest

from inkling.errors import BadInput
from trainer.networks.network import build
from trainer.networks.plan import plan, table
from trainer.networks.table import layer_table
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
def test_the_table_of_a_plan_is_that_of_its_network(name, labels, dropout):
    """Names, kinds, shapes, parameters and multiply-adds of each recipe, for any number of labels."""
    settings = recipe(name, dropout=dropout)
    assert table(plan(settings, labels)) == layer_table(build(settings, labels).layers)


@pytest.mark.parametrize("layers", LAYERS)
def test_whatever_the_layers_are(layers):
    """As above for kernels of even and odd sides, all steps, with and without padding."""
    settings = recipe("inkling", layers=layers)
    assert table(plan(settings, 10)) == layer_table(build(settings, 10).layers)


def test_a_network_without_room_is_refused_without_keras():
    """With the pixels that are wanted and those that are left."""
    with pytest.raises(BadInput, match=r"at least 9 pixels .* Received 8"):
        plan(recipe("inkling", layers="9x9x4v 9x9x4v 9x9x4v"), 10)


def test_a_plan_needs_no_keras():
    """Nothing of it is imported, so that the service can tell any network's table."""
    program = (
        "import json, sys; from trainer.networks.plan import plan, table; from trainer.recipes import recipe;"
        "rows = table(plan(recipe('tfjs'), 10)); print(json.dumps([len(rows), 'keras' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [7, False]


def test_kernels_are_drawn_as_the_plan_says():
    """Ours by He's rule and without bias, the course's by variance scaling, the others by Glorot's."""
    first = {name: build(recipe(name), 10).layers for name in RECIPES}
    kinds = {name: type(model.layers[1].kernel_initializer) for name, model in first.items() if name != "perceptron"}
    initializers = keras.initializers
    wanted = {"inkling": initializers.HeNormal, "tfjs": initializers.VarianceScaling, "convnetjs": initializers.GlorotUniform}
    assert kinds == wanted
    assert not first["inkling"].get_layer("conv1").use_bias
