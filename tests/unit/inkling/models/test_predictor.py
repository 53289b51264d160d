"""Predictor: the answers are the runtime's own, and no graph is served that does not fit its card."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto

from inkling.errors import BadInput, BadModel
from inkling.imaging.normalization import NORMALISATION_VERSION
from inkling.models.crops import CHOICES, cut, offsets
from inkling.models.predictor import BATCH, Predictor
from server.services.model_registry import Models
from tests.support.dataset_files import drawings
from tests.support.fake_model import fake_card, write_fake_model

IMAGES = drawings(40)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file."""
    return write_fake_model(tmp_path_factory.mktemp("model") / "digits.onnx")


@pytest.fixture(scope="module")
def predictor(path: Path) -> Predictor:
    """The model, loaded."""
    return Predictor(path)


@pytest.mark.parametrize("crops", CHOICES)
def test_an_answer_is_the_mean_of_its_crops(predictor: Predictor, path: Path, crops: str):
    """Each crop's probabilities are what a bare session gives for it, in the order of the offsets."""
    answers = predictor.predict(IMAGES, crops)
    corners = offsets(predictor.card, crops)
    bare = onnxruntime.InferenceSession(str(path)).run(None, {"images": cut(IMAGES, corners, 24)})[0]
    assert answers.offsets == corners
    assert answers.crops.shape == (len(IMAGES), len(corners), 10)
    assert answers.crops.dtype == answers.probabilities.dtype == np.float32
    assert np.allclose(answers.crops, bare.reshape(answers.crops.shape), atol=1e-6)
    assert np.allclose(answers.probabilities, answers.crops.mean(1), atol=1e-6)
    assert np.allclose(answers.probabilities.sum(1), 1, atol=1e-5)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2 * BATCH + 3), st.sampled_from(CHOICES))
def test_an_answer_does_not_depend_on_its_neighbours(predictor: Predictor, count: int, crops: str):
    """However many images are asked about, each gets the answer that it gets alone."""
    images = IMAGES[np.arange(count) % len(IMAGES)]
    answers = predictor.predict(images, crops)
    assert answers.probabilities.shape == (count, 10)
    for index in {0, count // 2, count - 1} if count else ():
        alone = predictor.predict(images[index : index + 1], crops)
        assert np.allclose(answers.probabilities[index], alone.probabilities[0], atol=1e-6)


def test_other_crops_are_refused(predictor: Predictor):
    """Before anything is computed."""
    with pytest.raises(BadInput, match=r"^Expected crops as one of"):
        predictor.predict(IMAGES[:1], "2")


def test_another_runtime_can_answer(predictor: Predictor):
    """Over a session of its own the predictor cuts, feeds and averages alike."""

    class Counted:
        calls = 0

        def run(self, names: list[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
            self.calls += 1
            assert len(feed["images"]) <= BATCH
            return predictor.session.run(names, feed)

    session = Counted()
    answers = Predictor.over(session, predictor.card).predict(IMAGES)
    assert np.array_equal(answers.probabilities, predictor.predict(IMAGES).probabilities)
    assert session.calls == -(-len(IMAGES) * 4 // BATCH)


def fix_batch(model: onnx.ModelProto, put: str) -> None:
    """Fix the first dimension of an input or output at 1."""
    value = getattr(model.graph, put)[0]
    value.type.tensor_type.shape.dim[0].dim_value = 1


def rename(model: onnx.ModelProto, old: str, new: str) -> None:
    """Rename an input or output, and where it is used."""
    for node in model.graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    for value in (*model.graph.input, *model.graph.output):
        value.name = new if value.name == old else value.name


def retype(model: onnx.ModelProto) -> None:
    """Take the images as floats."""
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT


def second_output(model: onnx.ModelProto) -> None:
    """Give the logits, too."""
    model.graph.output.append(onnx.helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 10]))


def recard(model: onnx.ModelProto, **changes: object) -> None:
    """Put another card in."""
    card = fake_card([str(digit) for digit in range(10)], "digits") | changes
    onnx.helper.set_model_props(model, {"inkling.card": json.dumps(card)})


GRAPHS = {
    "input for one crop only": (lambda model: fix_batch(model, "input"), "any number N of crops"),
    "output for one crop only": (lambda model: fix_batch(model, "output"), "any number N of crops"),
    "another input": (lambda model: rename(model, "images", "pictures"), "one input, images"),
    "another output": (lambda model: rename(model, "probabilities", "scores"), "one output, probabilities"),
    "an input of floats": (retype, "uint8"),
    "a second output": (second_output, "one output"),
    "crops of another size": (lambda model: recard(model, crop={"size": 26, "offsets": [[0, 0]]}), r"26, 26, 1\)"),
    "fewer labels than outputs": (lambda model: recard(model, labels=["a", "b"]), r"float32 \(N, 2\)"),
    "images of 32×32": (
        lambda model: recard(model, image={"height": 32, "width": 32, "normalisation": NORMALISATION_VERSION}),
        "28×28",
    ),
}


@pytest.mark.parametrize("what", GRAPHS)
def test_a_graph_that_does_not_fit_is_refused(path: Path, tmp_path: Path, what: str):
    """At load, by name, with the rule."""
    change, words = GRAPHS[what]
    model = onnx.load(path)
    change(model)
    onnx.save(model, tmp_path / "odd.onnx")
    with pytest.raises(BadModel, match=rf"^odd\.onnx: Expected .*{words}"):
        Predictor(tmp_path / "odd.onnx")


def test_a_batch_without_a_name_is_free(path: Path, tmp_path: Path):
    """An unknown dimension need not be called N."""
    model = onnx.load(path)
    for value in (model.graph.input[0], model.graph.output[0]):
        value.type.tensor_type.shape.dim[0].Clear()
    onnx.save(model, tmp_path / "free.onnx")
    assert Predictor(tmp_path / "free.onnx").predict(IMAGES[:3]).probabilities.shape == (3, 10)


def broken_utf8(data: bytes) -> bytes:
    """A model's file with a byte in its card that is no UTF-8."""
    return data.replace(b'"fake"', b'"f\xffke"')


FILES = {
    "empty": lambda _: b"",
    "text": lambda _: b"no model",
    "cut off": lambda data: data[: len(data) // 2],
    "a card that is no UTF-8": broken_utf8,
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_no_model_is_refused(path: Path, tmp_path: Path, what: str):
    """With its name and one sentence."""
    damaged = FILES[what](path.read_bytes())
    assert damaged != path.read_bytes()
    (tmp_path / "damaged.onnx").write_bytes(damaged)
    with pytest.raises(BadModel, match=r"Expected .*Received .*"):
        Predictor(tmp_path / "damaged.onnx")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_damage_to_a_file_raises_nothing_else(path: Path, data: st.DataObject):
    """A few bytes overwritten anywhere: the file loads, or BadModel says why not."""
    whole = path.read_bytes()
    start = data.draw(st.integers(0, 400) | st.integers(0, len(whole) - 1))
    damaged = whole[:start] + data.draw(st.binary(min_size=1, max_size=4)) + whole[start + 4 :]
    place = path.with_name("damaged.onnx")
    place.write_bytes(damaged)
    try:
        predictor = Predictor(place)
    except BadModel:
        return
    assert predictor.card.labels


def test_whatever_one_file_raises_the_others_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog):
    """A failure that nobody thought of is logged with its traceback, listed, and ends there."""
    for name in ("a", "b", "c"):
        write_fake_model(tmp_path / f"{name}.onnx")
    (tmp_path / "d\udcff.onnx").write_bytes(b"")
    whole = Predictor.__init__

    def fail_once(self: Predictor, path: Path) -> None:
        if path.stem == "b":
            raise RecursionError("deep inside")
        whole(self, path)

    monkeypatch.setattr(Predictor, "__init__", fail_once)
    models = Models(tmp_path, "a")
    assert list(models.loaded) == ["a", "c"]
    assert list(models.refused) == ["b.onnx", "d\ufffd.onnx"]
    assert models.refused["b.onnx"] == "b.onnx: Expected a model that loads. Received RecursionError on the way."
    assert "deep inside" in caplog.text
    assert "".join([*models.refused, *models.refused.values()]).encode()
