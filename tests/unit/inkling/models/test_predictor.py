"""Predictor: predictions equal those of a bare session, and graphs that don't match their card are rejected."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto

from inkling.errors import InvalidInput, InvalidModel
from inkling.imaging.normalization import NORMALIZATION_VERSION
from inkling.models.crops import CROP_CHOICES, crop_offsets, extract_crops
from inkling.models.predictor import MAX_BATCH, Predictor
from server.services.model_registry import ModelRegistry
from tests.support.dataset_files import drawings
from tests.support.fake_model import fake_card, write_fake_model

IMAGES = drawings(40)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file."""
    return write_fake_model(tmp_path_factory.mktemp("model") / "digits.onnx")


@pytest.fixture(scope="module")
def predictor(path: Path) -> Predictor:
    """The loaded model."""
    return Predictor(path)


@pytest.mark.parametrize("crops", CROP_CHOICES)
def test_mean_of_crops(predictor: Predictor, path: Path, crops: str):
    """Each crop's probabilities are those of a bare session, in the order of the offsets; they are averaged."""
    predictions = predictor.predict(IMAGES, crops)
    offsets = crop_offsets(predictor.card, crops)
    bare = onnxruntime.InferenceSession(str(path)).run(None, {"images": extract_crops(IMAGES, offsets, 24)})[0]
    assert predictions.offsets == offsets
    assert predictions.crops.shape == (len(IMAGES), len(offsets), 10)
    assert predictions.crops.dtype == predictions.probabilities.dtype == np.float32
    assert np.allclose(predictions.crops, bare.reshape(predictions.crops.shape), atol=1e-6)
    assert np.allclose(predictions.probabilities, predictions.crops.mean(1), atol=1e-6)
    assert np.allclose(predictions.probabilities.sum(1), 1, atol=1e-5)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2 * MAX_BATCH + 3), st.sampled_from(CROP_CHOICES))
def test_batch_size(predictor: Predictor, count: int, crops: str):
    """The prediction for an image doesn't depend on the number of images."""
    images = IMAGES[np.arange(count) % len(IMAGES)]
    predictions = predictor.predict(images, crops)
    assert predictions.probabilities.shape == (count, 10)
    for index in {0, count // 2, count - 1} if count else ():
        alone = predictor.predict(images[index : index + 1], crops)
        assert np.allclose(predictions.probabilities[index], alone.probabilities[0], atol=1e-6)


def test_unknown_crops(predictor: Predictor):
    """They raise InvalidInput."""
    with pytest.raises(InvalidInput):
        predictor.predict(IMAGES[:1], "2")


def test_other_session(predictor: Predictor):
    """A Predictor over another session extracts crops, feeds batches and averages in the same way."""

    class CountingSession:
        calls = 0

        def run(self, output_names: list[str], input_feed: dict[str, np.ndarray]) -> list[np.ndarray]:
            self.calls += 1
            assert len(input_feed["images"]) <= MAX_BATCH
            return predictor.session.run(output_names, input_feed)

    session = CountingSession()
    predictions = Predictor.from_session(session, predictor.card).predict(IMAGES)
    assert np.array_equal(predictions.probabilities, predictor.predict(IMAGES).probabilities)
    assert session.calls == -(-len(IMAGES) * 4 // MAX_BATCH)


def fix_batch(model: onnx.ModelProto, put: str) -> None:
    """Fix the first dimension of an input or output at 1."""
    value = getattr(model.graph, put)[0]
    value.type.tensor_type.shape.dim[0].dim_value = 1


def rename(model: onnx.ModelProto, old: str, new: str) -> None:
    """Rename an input or output everywhere."""
    for node in model.graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    for value in (*model.graph.input, *model.graph.output):
        value.name = new if value.name == old else value.name


def retype(model: onnx.ModelProto) -> None:
    """Change the input type to float."""
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT


def second_output(model: onnx.ModelProto) -> None:
    """Add the logits as an output."""
    model.graph.output.append(onnx.helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 10]))


def recard(model: onnx.ModelProto, **changes: object) -> None:
    """Replace fields of the card."""
    card = fake_card([str(digit) for digit in range(10)], "digits") | changes
    onnx.helper.set_model_props(model, {"inkling.card": json.dumps(card)})


GRAPHS = {
    "input with batch size 1": (lambda model: fix_batch(model, "input"), "images .*1"),
    "output with batch size 1": (lambda model: fix_batch(model, "output"), "probabilities .*1"),
    "unknown input": (lambda model: rename(model, "images", "pictures"), "pictures"),
    "unknown output": (lambda model: rename(model, "probabilities", "scores"), "scores"),
    "float input": (retype, r"tensor\(float\)"),
    "a second output": (second_output, "logits"),
    "crops of another size": (lambda model: recard(model, crop={"size": 26, "offsets": [[0, 0]]}), r"26, 26, 1\)"),
    "fewer labels than outputs": (lambda model: recard(model, labels=["a", "b"]), r"float32 \(N, 2\)"),
    "images of 32×32": (
        lambda model: recard(model, image={"height": 32, "width": 32, "normalization": NORMALIZATION_VERSION}),
        "28×28",
    ),
}


@pytest.mark.parametrize("what", GRAPHS)
def test_graph_that_does_not_match_its_card(path: Path, tmp_path: Path, what: str):
    """Loading it raises InvalidModel with the file's name and the offending name, type or size."""
    change, detail = GRAPHS[what]
    model = onnx.load(path)
    change(model)
    onnx.save(model, tmp_path / "odd.onnx")
    with pytest.raises(InvalidModel, match=rf"^odd\.onnx: .*{detail}"):
        Predictor(tmp_path / "odd.onnx")


def test_unnamed_batch_dimension(path: Path, tmp_path: Path):
    """The batch dimension needn't be called N."""
    model = onnx.load(path)
    for value in (model.graph.input[0], model.graph.output[0]):
        value.type.tensor_type.shape.dim[0].Clear()
    onnx.save(model, tmp_path / "free.onnx")
    assert Predictor(tmp_path / "free.onnx").predict(IMAGES[:3]).probabilities.shape == (3, 10)


def broken_utf8(data: bytes) -> bytes:
    """A model file whose card isn't valid UTF-8."""
    return data.replace(b'"fake"', b'"f\xffke"')


FILES = {
    "empty": lambda _: b"",
    "text": lambda _: b"not a model",
    "truncated": lambda data: data[: len(data) // 2],
    "a card that is not UTF-8": broken_utf8,
}


@pytest.mark.parametrize("what", FILES)
def test_invalid_file(path: Path, tmp_path: Path, what: str):
    """Loading it raises InvalidModel with the file's name."""
    damaged = FILES[what](path.read_bytes())
    assert damaged != path.read_bytes()
    (tmp_path / "damaged.onnx").write_bytes(damaged)
    with pytest.raises(InvalidModel, match=r"damaged\.onnx"):
        Predictor(tmp_path / "damaged.onnx")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_damaged_file(path: Path, data: st.DataObject):
    """After a few bytes are overwritten anywhere, the file loads or raises InvalidModel."""
    whole = path.read_bytes()
    start = data.draw(st.integers(0, 400) | st.integers(0, len(whole) - 1))
    damaged = whole[:start] + data.draw(st.binary(min_size=1, max_size=4)) + whole[start + 4 :]
    target = path.with_name("damaged.onnx")
    target.write_bytes(damaged)
    try:
        predictor = Predictor(target)
    except InvalidModel:
        return
    assert predictor.card.labels


def test_unexpected_error_of_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog):
    """It is logged with its traceback and listed, and the other files are loaded."""
    for name in ("a", "b", "c"):
        write_fake_model(tmp_path / f"{name}.onnx")
    (tmp_path / "d\udcff.onnx").write_bytes(b"")
    whole = Predictor.__init__

    def fail_once(self: Predictor, path: Path) -> None:
        if path.stem == "b":
            raise RecursionError("deep inside")
        whole(self, path)

    monkeypatch.setattr(Predictor, "__init__", fail_once)
    models = ModelRegistry(tmp_path, "a")
    assert list(models.loaded) == ["a", "c"]
    assert list(models.rejected) == ["b.onnx", "d\ufffd.onnx"]
    assert "RecursionError" in models.rejected["b.onnx"]
    assert "deep inside" in caplog.text
    assert "".join([*models.rejected, *models.rejected.values()]).encode()
