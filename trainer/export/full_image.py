"""The full-image model: a graph that takes whole images and averages the predictions for their crops inside.

It is for programs without Inkling's code, such as Triton or a page with onnxruntime-web. Inkling's server crops images itself.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inkling.errors import InvalidInput, InvalidModel
from inkling.models.line_network import LINE_NETWORK_KEY
from inkling.models.model_card import ModelCard
from inkling.models.predictor import Predictor
from inkling.models.runtime import open_session
from inkling.models.smoke_test import smoke_image_of
from trainer.errors import ExportFailed
from trainer.export.doc_strings import PICTURE, describe_probabilities, set_doc_strings
from trainer.io.atomic import replace_file

if TYPE_CHECKING:
    import onnx

IMAGES, CROPS, CROP_PROBABILITIES, PROBABILITIES = "images", "crops", "crop_probabilities", "probabilities"

TOLERANCE = 1e-6
"""Largest difference of a probability from Predictor's. Both compute in float32, so that the last digit may differ."""

VERIFICATION_IMAGES = 64


def export_full_image(model: Path, path: Path) -> Path:
    """Write the full-image model of an exported model to `path`, an .onnx file, after comparing it with `Predictor`.

    Raises InvalidModel for a model that can't be served, InvalidInput for a path that can't be written, or ExportFailed.
    """
    import onnx

    if path.suffix != ".onnx":
        raise InvalidInput(f"The file name {path.name} doesn't end in .onnx.")
    if path.resolve() == model.resolve():
        raise InvalidInput("The full-image model needs a file of its own.")
    predictor = Predictor(model)
    content = add_crops(onnx.load(str(model)), predictor.card).SerializeToString()
    _verify(content, predictor)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda temporary: temporary.write_bytes(content))
    except OSError as error:
        raise InvalidInput(f"Cannot write {path}: {error.strerror}.") from error
    return path


def add_crops(model: "onnx.ModelProto", card: ModelCard) -> "onnx.ModelProto":
    """Return the model with nodes around its graph: uint8 (N, 28, 28) -> float32 (N, labels). `model` is changed, too.

    The crops are those of the card, and the nodes need opset 13. Raises InvalidModel for an older one.
    """
    from onnx import TensorProto, checker, helper

    if next((entry.version for entry in model.opset_import if not entry.domain), 0) < 13:
        raise InvalidModel("The full-image model needs opset 13 or newer.")
    nodes = list(model.graph.node)
    for node in nodes:
        for names in (node.input, node.output):
            names[:] = [{IMAGES: CROPS, PROBABILITIES: CROP_PROBABILITIES}.get(name, name) for name in names]
    before, after = _crop_nodes(card, model.graph), _average_nodes(card, model.graph)
    del model.graph.node[:], model.graph.input[:], model.graph.output[:]
    model.graph.node.extend([*before, *nodes, *after])
    metadata = {entry.key: entry.value for entry in model.metadata_props if entry.key != LINE_NETWORK_KEY}
    helper.set_model_props(model, metadata)
    size, labels = card.image_height, len(card.labels)
    model.graph.input.append(helper.make_tensor_value_info(IMAGES, TensorProto.UINT8, ["N", size, size]))
    model.graph.output.append(helper.make_tensor_value_info(PROBABILITIES, TensorProto.FLOAT, ["N", labels]))
    count = len(card.offsets)
    set_doc_strings(
        model,
        card,
        f"Classifies images ({PICTURE}); averages {count} crops." if count > 1 else f"Classifies images ({PICTURE}).",
        f"uint8 (N, {size}, {size}), {PICTURE}; the graph crops and scales it",
        describe_probabilities(card),
    )
    checker.check_model(model, full_check=True)
    return model


def _crop_nodes(card: ModelCard, graph: "onnx.GraphProto") -> list["onnx.NodeProto"]:
    """uint8 (N, 28, 28) -> (N * k, size, size, 1), grouped by image, as `extract_crops` does."""
    from onnx import helper

    size, nodes, names = card.crop_size, [], []
    axes = _add_constant(graph, "crops/axes", [1, 2])
    for index, (top, left) in enumerate(card.offsets):
        starts = _add_constant(graph, f"crops/{index}/starts", [top, left])
        ends = _add_constant(graph, f"crops/{index}/ends", [top + size, left + size])
        names.append(f"crops/{index}")
        nodes.append(helper.make_node("Slice", [IMAGES, starts, ends, axes], [names[-1]], names[-1]))
    shape = _add_constant(graph, "crops/shape", [-1, size, size, 1])
    # k arrays (N, size, size) -> (N, k * size, size) -> (N * k, size, size, 1)
    nodes.append(helper.make_node("Concat", names, ["crops/rows"], "crops/rows", axis=1))
    return [*nodes, helper.make_node("Reshape", ["crops/rows", shape], [CROPS], CROPS)]


def _average_nodes(card: ModelCard, graph: "onnx.GraphProto") -> list["onnx.NodeProto"]:
    """(N * k, labels) -> (N, k, labels) -> (N, labels)."""
    from onnx import helper

    count = len(card.offsets)
    shape = _add_constant(graph, "average/shape", [-1, count, len(card.labels)])
    axis = _add_constant(graph, "average/axis", [1])
    divisor = _add_constant(graph, "average/count", count, np.float32)
    return [
        helper.make_node("Reshape", [CROP_PROBABILITIES, shape], ["average/crops"], "average/crops"),
        helper.make_node("ReduceSum", ["average/crops", axis], ["average/sum"], "average/sum", keepdims=0),
        helper.make_node("Div", ["average/sum", divisor], [PROBABILITIES], PROBABILITIES),
    ]


def _add_constant(graph: "onnx.GraphProto", name: str, value: Any, kind: type = np.int64) -> str:
    from onnx import numpy_helper

    graph.initializer.append(numpy_helper.from_array(np.array(value, kind), name))
    return name


def _verify(content: bytes, predictor: Predictor) -> None:
    """Compare the full-image model with `Predictor`, for one image and for a batch. Raises ExportFailed."""
    session, rng = open_session(content), np.random.default_rng(0)
    images = rng.integers(0, 256, (VERIFICATION_IMAGES, predictor.card.image_height, predictor.card.image_width), np.uint8)
    images[0] = smoke_image_of(predictor)
    images[1::2] &= images[0]  # ink where the smoke image has ink, too
    for batch in (images[:1], images):
        difference = np.abs(session.run([PROBABILITIES], {IMAGES: batch})[0] - predictor.predict(batch).probabilities).max()
        if not difference <= TOLERANCE:
            raise ExportFailed(f"The full-image model differs from the model by up to {difference:.2g}. Nothing was written.")
