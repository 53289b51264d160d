"""Adoption of models from elsewhere: every input format and output, and each refusal."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidInput, InvalidModel
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import load_verified
from tests.support.foreign_model import LABELS, linear_weights, write_foreign_model
from trainer.data.spec import load
from trainer.export.adopt.adopt import adopt
from trainer.export.adopt.input_format import InputOptions, read_input_format
from trainer.export.adopt.wrapped_graph import resize_weights
from trainer.export.full_image import export_full_image

LIGHT = InputOptions(scale="0-1", ink="light")


@pytest.fixture(scope="module")
def digits() -> Dataset:
    """Digits that the weights were not fitted on."""
    return load("digits").take(np.arange(1200, 1797))


FORMATS = {
    "PyTorch: NCHW logits, dark ink": ({"ink": "dark"}, InputOptions(scale="0-1", ink="dark")),
    "Keras: NHWC softmax of 0 to 255": (
        {"shape": ("N", 28, 28, 1), "activation": "Softmax", "factor": 255},
        InputOptions(scale="0-255", ink="light"),
    ),
    "bytes": ({"shape": ("N", 28, 28, 1), "kind": TensorProto.UINT8, "factor": 255}, InputOptions(ink="light")),
    "flat": ({"shape": ("N", 784)}, LIGHT),
    "rows": ({"shape": ("N", 8, 8), "side": 8}, LIGHT),
    "resized bytes": ({"shape": ("N", 9, 9), "side": 9, "kind": TensorProto.UINT8, "factor": 255}, InputOptions(ink="light")),
    "color, one image at a time": ({"shape": (1, 3, 32, 32), "side": 32, "channels": 3}, LIGHT),
    "flat color": (
        {"shape": ("N", 3 * 28 * 28), "channels": 3},
        InputOptions(scale="0-1", ink="light", size=(28, 28)),
    ),
    "half precision": ({"kind": TensorProto.FLOAT16}, LIGHT),
    "old": ({"opset": 9}, LIGHT),
    "crops": ({"shape": ("N", 1, 24, 24), "side": 24}, LIGHT),
    "unknown size": ({"shape": ("N", 1, "h", "w")}, InputOptions(scale="0-1", ink="light", size=(28, 28))),
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats(digits: Dataset, tmp_path: Path, name: str):
    """The server's smoke test passes, and the accuracy is that of the linear model; so is that of the full-image model."""
    written, options = FORMATS[name]
    file = write_foreign_model(tmp_path / "foreign.onnx", **written)
    adopted = adopt(file, tmp_path / "models" / "adopted.onnx", LABELS, options, data=digits)
    predictor = load_verified(adopted.path)
    size = written.get("side", 28) if written.get("side") == 24 else 28
    assert (predictor.card.name, predictor.card.crop_size) == ("adopted", size)
    assert adopted.output_kind == ("probabilities" if written.get("activation") else "logits")
    assert adopted.report["data"]["n"] == len(digits)
    assert adopted.report["accuracy"] > 0.8
    assert predictor.card.raw["training"]["adopted"]["file"] == "foreign.onnx"
    assert predictor.card.smoke
    assert 0 < predictor.card.threshold < 1
    export_full_image(adopted.path, tmp_path / "full.onnx")


def test_probabilities_are_those_of_the_model(digits: Dataset, tmp_path: Path):
    """The softmax of its logits."""
    file = write_foreign_model(tmp_path / "foreign.onnx", ink="dark")
    path = adopt(file, tmp_path / "adopted.onnx", LABELS, InputOptions(scale="0-1", ink="dark")).path
    weights, bias = linear_weights(28, "dark")
    logits = (1 - digits.images.reshape(-1, 784) / 255) @ weights + bias
    expected = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    np.testing.assert_allclose(Predictor(path).predict(digits.images).probabilities, expected, atol=1e-5)


def test_without_data_nothing_is_reported(tmp_path: Path):
    """No accuracy, no smoke image, and a threshold that accepts everything."""
    adopted = adopt(write_foreign_model(tmp_path / "foreign.onnx"), tmp_path / "adopted.onnx", LABELS, LIGHT)
    card = load_verified(adopted.path).card
    assert (adopted.report, card.raw["report"], card.smoke, card.threshold) == ({}, {}, None, 0)


def test_means_and_deviations_of_channels(tmp_path: Path):
    """A level v becomes (v / 255 - mean) / std, per channel."""
    model = onnx.load(write_foreign_model(tmp_path / "foreign.onnx", ("N", 3, 28, 28), channels=3))
    source = read_input_format(model, InputOptions(mean=(0.5, 0.4, 0.2), std=(0.25, 0.2, 0.1), ink="light"))
    levels = [255 * factor + offset for factor, offset in zip(source.factors, source.offsets, strict=True)]
    np.testing.assert_allclose(levels, [2, 3, 8])
    np.testing.assert_allclose(source.offsets, [-2, -2, -2])


def test_images_are_resized_as_pillow_does():
    """Bilinear with antialiasing."""
    image = np.random.default_rng(0).uniform(0, 255, (28, 28)).astype(np.float32)
    expected = np.array(Image.fromarray(image).resize((9, 14), Image.Resampling.BILINEAR))
    np.testing.assert_allclose(resize_weights(28, 14) @ image @ resize_weights(28, 9).T, expected, atol=1e-3)


@pytest.mark.parametrize(
    ("written", "options", "suggestion"),
    [
        ({"ink": "dark"}, LIGHT, "--ink dark --scale 0-1"),
        ({"factor": 255}, LIGHT, "--ink light --scale 0-255"),
        ({}, InputOptions(scale="0-255", ink="dark"), "--ink light --scale 0-1"),
    ],
)
def test_a_better_format_is_suggested(digits: Dataset, tmp_path: Path, written: dict, options: InputOptions, suggestion: str):
    """And nothing is written."""
    file = write_foreign_model(tmp_path / "foreign.onnx", **written)
    with pytest.raises(InvalidInput, match=suggestion):
        adopt(file, tmp_path / "adopted.onnx", LABELS, options, data=digits)
    assert [path.name for path in tmp_path.iterdir()] == ["foreign.onnx"]


def test_accuracy_at_chance_is_refused(digits: Dataset, tmp_path: Path):
    """For example if the labels are in another order."""
    with pytest.raises(InvalidInput, match="at chance"):
        adopt(write_foreign_model(tmp_path / "foreign.onnx"), tmp_path / "adopted.onnx", LABELS[::-1], LIGHT, data=digits)


@pytest.mark.parametrize(
    ("written", "options", "words"),
    [
        ({}, InputOptions(), "--scale.*--ink"),
        ({}, InputOptions(ink="dark"), "--scale"),
        ({"shape": ("N", 1, 784, 1)}, LIGHT, "--layout"),
        ({"shape": ("N", 1, "h", "w")}, LIGHT, "--size"),
        ({"shape": ("N", 768)}, LIGHT, "--size"),
        ({"shape": ("N", 784)}, InputOptions(size=(20, 20), scale="0-1", ink="light"), "20×20"),
        ({}, InputOptions(size=(20, 20), scale="0-1", ink="light"), "28×28"),
        ({}, InputOptions("flat", scale="0-1", ink="light"), "layout"),
        ({}, InputOptions("nhwc", scale="0-1", ink="light"), "channels"),
        ({"shape": ("N", 1, 2000, 2000)}, LIGHT, "at most"),
        ({}, InputOptions(mean=(1, 2), ink="light"), "--mean"),
        ({}, InputOptions(std=(0,), ink="light"), "--std"),
        ({"shape": ("N",)}, LIGHT, "dimensions"),
        ({"kind": TensorProto.STRING}, LIGHT, "type"),
    ],
)
def test_input_options_that_are_missing_or_wrong(tmp_path: Path, written: dict, options: InputOptions, words: str):
    """One sentence names the option."""
    file = write_foreign_model(tmp_path / "foreign.onnx", **written)
    with pytest.raises((InvalidInput, InvalidModel), match=words):
        adopt(file, tmp_path / "adopted.onnx", LABELS, options)


def test_outputs(tmp_path: Path):
    """Several outputs need a name, scores need their kind, the number of labels must fit."""
    out = tmp_path / "adopted.onnx"
    two = write_foreign_model(tmp_path / "two.onnx", extra_output=True)
    for name in (None, "other"):
        with pytest.raises(InvalidInput, match="output"):
            adopt(two, out, LABELS, LIGHT, name)
    assert adopt(two, out, LABELS, LIGHT, "logits").output_kind == "logits"
    with pytest.raises(InvalidInput, match="784 numbers"):
        adopt(two, out, LABELS, LIGHT, "flat")
    scores = write_foreign_model(tmp_path / "scores.onnx", activation="Sigmoid")
    with pytest.raises(InvalidInput, match="--output scores"):
        adopt(scores, out, LABELS, LIGHT)
    assert adopt(scores, out, LABELS, LIGHT, output_kind="scores").output_kind == "scores"
    with pytest.raises(InvalidInput, match="10 outputs"):
        adopt(scores, out, LABELS[:3], LIGHT)


def change(path: Path, *nodes: onnx.NodeProto, **inputs: onnx.ValueInfoProto) -> Path:
    """Write the foreign model with other nodes or with further inputs."""
    model = onnx.load(write_foreign_model(path))
    if nodes:
        del model.graph.node[:]
        model.graph.node.extend(nodes)
    model.graph.input.extend(inputs.values())
    onnx.save(model, path)
    return path


def test_graphs_that_cannot_be_served(tmp_path: Path):
    """Two inputs, a fixed batch, values that aren't numbers, an unknown operation, no ONNX at all, a card already."""
    out = tmp_path / "adopted.onnx"
    extra = helper.make_tensor_value_info("more", TensorProto.FLOAT, ["N"])
    fixed = [
        helper.make_node("Flatten", ["images"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["products"]),
        helper.make_node("ReduceSum", ["products", "first"], ["sum"], keepdims=0),
        helper.make_node("Constant", [], ["first"], value_ints=[0]),
        helper.make_node("Flatten", ["sum"], ["logits"], axis=0),
    ]
    fixed.insert(0, fixed.pop(3))
    not_numbers = [
        helper.make_node("Flatten", ["images"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["products"]),
        helper.make_node("Sub", ["products", "products"], ["zeros"]),
        helper.make_node("Div", ["zeros", "zeros"], ["logits"]),
    ]
    cases = {
        "one input": change(tmp_path / "inputs.onnx", more=extra),
        "one image at a time": change(tmp_path / "fixed.onnx", *fixed),
        "aren't numbers": change(tmp_path / "nan.onnx", *not_numbers),
        "load|valid": change(tmp_path / "unknown.onnx", helper.make_node("Sing", ["images"], ["logits"], domain="opera")),
    }
    (tmp_path / "text.onnx").write_text("hello")
    (tmp_path / "empty.onnx").write_bytes(b"")
    cases["isn't an ONNX model"] = tmp_path / "text.onnx"
    cases["no graph"] = tmp_path / "empty.onnx"
    for words, file in cases.items():
        with pytest.raises(InvalidModel, match=words):
            adopt(file, out, LABELS, LIGHT)
    path = adopt(write_foreign_model(tmp_path / "good.onnx"), out, LABELS, LIGHT).path
    with pytest.raises(InvalidInput, match="card already"):
        adopt(path, tmp_path / "again.onnx", LABELS, LIGHT)


@pytest.mark.parametrize("shape", [[1, 784], [1, -1]])
@pytest.mark.parametrize("is_initializer", [True, False])
def test_fixed_batches_are_freed(digits: Dataset, tmp_path: Path, shape: list[int], is_initializer: bool):
    """An old model of one image, with a constant shape in a Reshape and weights among its inputs."""
    path = tmp_path / "old.onnx"
    model = onnx.load(write_foreign_model(path, (1, 1, 28, 28), opset=8))
    constant = helper.make_node("Constant", [], ["shape"], value=numpy_helper.from_array(np.array(shape)))
    if is_initializer:
        model.graph.initializer.append(numpy_helper.from_array(np.array(shape), "shape"))
        model.graph.node[1].CopyFrom(helper.make_node("Reshape", ["floats", "shape"], ["flat"]))
    else:
        model.graph.node[1].CopyFrom(constant)
        model.graph.node.insert(2, helper.make_node("Reshape", ["floats", "shape"], ["flat"]))
    for tensor in model.graph.initializer:
        model.graph.input.append(helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims))
    model.ir_version = 3
    onnx.save(model, path)
    assert adopt(path, tmp_path / "adopted.onnx", LABELS, LIGHT, data=digits).report["accuracy"] > 0.85


def test_paths(tmp_path: Path):
    """Neither a missing file, nor the model itself, nor another ending, nor a folder that can't be made."""
    file = write_foreign_model(tmp_path / "foreign.onnx")
    for source, target in [(tmp_path / "none", file), (file, file), (file, tmp_path / "x.pb"), (file, file / "x.onnx")]:
        with pytest.raises(InvalidInput):
            adopt(source, target, LABELS, LIGHT)


def test_newer_file_format(tmp_path: Path):
    """A file written by a newer onnx than the runtime knows, whose operators it knows, is adopted."""
    path = write_foreign_model(tmp_path / "new.onnx")
    model = onnx.load(path)
    model.ir_version = 14
    onnx.save(model, path)
    assert adopt(path, tmp_path / "adopted.onnx", LABELS, LIGHT).path.is_file()


def test_message_of_the_runtime(tmp_path: Path):
    """It names what is wrong, without a place in the runtime's source."""
    path = write_foreign_model(tmp_path / "new.onnx")
    model = onnx.load(path)
    model.opset_import[0].version = 99
    onnx.save(model, path)
    with pytest.raises(InvalidModel, match="opset") as caught:
        adopt(path, tmp_path / "adopted.onnx", LABELS, LIGHT)
    assert "ONNXRuntimeError" not in str(caught.value)
    assert ".cc" not in str(caught.value)
