"""The recipes, compared with plain Keras models that are built from the tables in docs/recipes.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import pytest

from inkling.datasets.dataset import Dataset
from trainer.backend.device import Device
from trainer.data.split import Split
from trainer.networks.bitmap import to_bitmap
from trainer.networks.inputs import INPUTS
from trainer.networks.network import Network, build_network
from trainer.recipes import RECIPES, recipe
from trainer.settings import SETTING_FIELDS, FitSettings
from trainer.training.optimizer import build_optimizer
from trainer.training.trainable_model import TrainableModel

PAGE = Path(__file__).parents[3] / "docs" / "recipes.md"
FAITHFUL = [name for name in RECIPES if name != "inkling"]
STEPS = 8
SEED = 11


class Original(NamedTuple):
    """The column "here" of a recipe's table: its expressions and its settings, by the row's name."""

    cells: dict[str, str]

    @classmethod
    def read(cls, name: str) -> "Original":
        """Read the table in a recipe's section."""
        section = re.search(rf"^## {name}$(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.M | re.S)
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section[1].splitlines() if line[:1] == "|"]
        assert rows[0][3] == "Here"
        return cls({row[0]: row[3] for row in rows[2:]})

    def spans(self) -> Iterator[tuple[str, str]]:
        """Each code span with the name of its row."""
        return ((row, span) for row, cell in self.cells.items() for span in re.findall(r"`([^`]+)`", cell))

    def settings(self) -> dict[str, Any]:
        """The fit settings."""
        pairs = [re.fullmatch(r"(\w+)=(.+)", span) for _, span in self.spans()]
        return {pair[1]: ast.literal_eval(pair[2]) for pair in pairs if pair}

    def make(self, row: str, module: Any, **options: Any) -> Any:
        """Evaluate the expression of a row as a call of a class of a Keras module."""
        (text,) = (span for name, span in self.spans() if name == row and re.match(r"\w+\(", span))
        call = ast.parse(text, mode="eval").body
        options |= {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
        return getattr(module, call.func.id)(*map(ast.literal_eval, call.args), **options)

    def model(self) -> keras.Model:
        """The plain Keras model, compiled."""
        rows = [row for row, span in self.spans() if hasattr(keras.layers, span.split("(")[0])]
        model = keras.Sequential([self.make(rows[0], keras)])
        for row in rows[1:]:
            biases = [name for name in self.cells if re.match(rf"initial biases .*\b{row}\b", name)]
            options = {}
            if biases:
                options["kernel_initializer"] = self.make("initial kernels", keras.initializers)
                options["bias_initializer"] = self.make(biases[0], keras.initializers)
                if "L2 penalty of kernels" in self.cells:
                    options["kernel_regularizer"] = self.make("L2 penalty of kernels", keras.regularizers)
            model.add(self.make(row, keras.layers, name=row, **options))
        model.compile(self.make("optimizer", keras.optimizers), self.make("loss", keras.losses))
        return model


@pytest.fixture(params=FAITHFUL)
def name(request: pytest.FixtureRequest) -> str:
    """Each recipe that reproduces another system."""
    return request.param


@pytest.fixture
def pair(name: str) -> tuple[Network, keras.Model]:
    """The recipe's network, compiled, and the plain Keras model, both built with the same seed."""
    keras.utils.set_random_seed(SEED)
    network, settings = build_network(recipe(name), 2 if name == "perceptron" else 10), recipe(name)
    network.model.compile(optimizer=build_optimizer(settings, None), loss=network.loss)
    keras.utils.set_random_seed(SEED)
    return network, Original.read(name).model()


def test_settings_of_the_table_are_those_of_the_recipe(name: str):
    """The settings that a table doesn't name have no effect on the recipe, or are about its outliers and strokes."""
    table = Original.read(name).settings()
    assert {key: getattr(recipe(name), key) for key in table} == table
    unnamed = {key for key in SETTING_FIELDS if getattr(recipe(name), key) != getattr(FitSettings(), key)} - set(table)
    assert unnamed == {"recipe", "network", "optimizer"}


def test_parameters_and_initial_weights(name: str, pair: tuple[Network, keras.Model]):
    """They are those of the table, drawn with the same seed."""
    network, plain = pair
    assert f"{plain.count_params():,}" == f"{network.model.count_params():,}" == Original.read(name).cells["parameters"]
    ours = network.model.get_weights()
    assert [layer.name for layer in network.model.layers if layer.weights] == [
        layer.name for layer in plain.layers if layer.weights
    ]
    for own, other in zip(ours, plain.get_weights(), strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-6)


def test_distribution_of_the_initial_weights(name: str):
    """As the originals draw them: by their inputs, or from -0.5 to 0.5."""
    keras.utils.set_random_seed(SEED)
    model = build_network(recipe(name), 40).model
    for layer in model.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            deviation = 1 / np.sqrt(kernel[..., 0].size)
            scaled = kernel.ravel() / (0.5 if name == "perceptron" else deviation)
            expected = {"tfjs": 0.8796, "convnetjs": 1.0, "perceptron": 1 / np.sqrt(3)}[name]
            limit = {"tfjs": 2.0, "convnetjs": 6.0, "perceptron": 1.0}[name]
            assert scaled.std() == pytest.approx(expected, rel=3 / np.sqrt(kernel.size))
            assert np.abs(scaled).max() <= limit
            assert np.abs(bias).max() <= {"tfjs": 0, "convnetjs": 0.1 * (layer.name != "dense") + 1e-7, "perceptron": 0.5}[name]


def test_first_steps(name: str, pair: tuple[Network, keras.Model]):
    """Losses and weights are equal up to float32 rounding."""
    network, plain = pair
    rng, settings = np.random.default_rng(SEED), recipe(name)
    for _ in range(STEPS):
        images = make_images(rng, settings.batch_size)
        targets = rng.integers(0, plain.output_shape[-1], settings.batch_size)
        crops = network.center_crops(images)
        loss = network.model.train_on_batch(crops, targets)
        inputs = crops
        if name == "perceptron":
            inputs, targets = np.stack([bits_of(image) for image in images]), np.eye(2)[targets]
        assert float(loss) == pytest.approx(float(plain.train_on_batch(inputs, targets)), rel=1e-4)
    for own, other in zip(network.model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(own, other, atol=1e-5)


def test_epoch_of_tfjs_is_an_epoch_of_keras():
    """With the last, smaller batch, and without augmentation."""
    images, settings = (
        make_images(np.random.default_rng(SEED), 1_200),
        recipe("tfjs", epochs=1, device="cpu", precision="float32"),
    )
    targets = np.arange(1_200) % 10
    parts = [Dataset("set", images[part], tuple("0123456789"), targets[part]) for part in (slice(1_100), slice(1_100, None))]
    model = TrainableModel(settings, Split(parts[0], parts[1], parts[1]), Device("cpu:0", False, keras.backend.backend()))
    plain = Original.read("tfjs").model()
    plain.set_weights(model.network.model.get_weights())
    order = model.epoch_order(0)
    steps: list[dict[str, float]] = []
    model.train(order, 0, lambda logs: bool(steps.append(logs)) or True)
    assert (len(steps), sorted(order)) == (3, list(range(1_100)))
    inputs = images[order, ..., None].astype(np.float32) / 255
    plain.fit(inputs, targets[order], batch_size=settings.batch_size, epochs=1, shuffle=False, verbose=0)
    for own, other in zip(model.network.model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(own, other, atol=1e-5)


def test_bitmap_is_the_one_that_the_table_describes():
    """The longer side fills 90 % of six cells; a bit is set if the center of a pixel with ink is in the cell."""
    for image in make_images(np.random.default_rng(SEED), 200):
        np.testing.assert_array_equal(to_bitmap(image).ravel(), bits_of(image))
    assert not to_bitmap(np.full((28, 28), 127, np.uint8)).any()


def test_networks_that_see_the_full_image_have_one_crop():
    """The others average four."""
    assert {name: (crops.size, len(crops.offsets)) for name, crops in INPUTS.items()} == {
        "inkling": (24, 4), "tfjs": (28, 1), "convnetjs": (24, 4), "perceptron": (28, 1)
    }  # fmt: skip


def make_images(rng: np.random.Generator, count: int) -> np.ndarray:
    """Images, uint8 (count, 28, 28): rectangles of noise of any size on blank paper."""
    images = np.zeros((count, 28, 28), np.uint8)
    for image in images:
        height, width = rng.integers(1, 29, 2)
        top, left = rng.integers(0, 29 - height), rng.integers(0, 29 - width)
        image[top : top + height, left : left + width] = rng.integers(0, 256, (height, width)) * (
            rng.random((height, width)) < 0.3
        )
    return images


def bits_of(image: np.ndarray) -> np.ndarray:
    """The 36 bits of an image, computed pixel by pixel."""
    bits = np.zeros((6, 6), np.float32)
    pixels = np.argwhere(image >= 128)
    if len(pixels):
        first, last = pixels.min(0), pixels.max(0)
        scale = 0.9 * 6 / (last - first + 1).max()
        for pixel in pixels:
            row, column = np.floor(3 + (pixel - (first + last) / 2) * scale + 1e-9).astype(int)
            bits[row, column] = 1
    return bits.ravel()
