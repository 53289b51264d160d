"""/v2: metadata, health and inference of the Open Inference Protocol."""

import time
from typing import Any

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.deadline import check_deadline
from inkling.distribution import distribution_version
from inkling.imaging.normalization import IMAGE_SIDE
from inkling.models.model_card import ModelCard
from inkling.models.predictor import MAX_BATCH
from inkling.service.http.auth import Access, access
from inkling.service.http.json_provider import dumps
from server.api.headers import name_model
from server.api.inference_protocol.infer_request import LENGTH_HEADER, InferRequest, read_infer_request
from server.api.inference_protocol.tensors import OutputTensor
from server.api.request_limit import request_time_limit
from server.extensions import get_state
from server.services.loaded_model import LoadedModel
from server.services.outcome import Outcome

blueprint = Blueprint("inference_protocol", __name__, url_prefix="/v2")


@blueprint.get("", strict_slashes=False)
def server_metadata() -> Response:
    """The server's name, version and extensions."""
    extensions = ["binary_tensor_data", "classification"]
    return jsonify({"name": "inkling", "version": distribution_version(), "extensions": extensions})


@blueprint.get("/health/live")
@access(Access.PUBLIC)
def live() -> Response:
    """The process responds."""
    return jsonify({"live": True})


@blueprint.get("/health/ready")
@access(Access.PUBLIC)
def ready() -> Response:
    """At least one model is loaded; else the status is 503."""
    is_ready = bool(get_state().models.loaded)
    response = jsonify({"ready": is_ready})
    response.status_code = 200 if is_ready else 503
    return response


@blueprint.get("/models")
def list_models() -> Response:
    """The names of the loaded models."""
    return jsonify({"models": list(get_state().models.loaded)})


@blueprint.get("/models/<name>")
@blueprint.get("/models/<name>/versions/<version>")
def model_metadata(name: str, version: str | None = None) -> Response:
    """Inputs, outputs and versions of a model."""
    models = get_state().models
    model = models.find(name, version)
    card = model.predictor.card
    return jsonify(
        {
            "name": model.name,
            "versions": models.version_ids(name),
            "platform": "onnxruntime_onnx",
            "inputs": [
                {"name": "images", "datatype": "UINT8", "shape": [-1, IMAGE_SIDE, IMAGE_SIDE]},
                {"name": "crops", "datatype": "UINT8", "shape": [-1, card.crop_size, card.crop_size, 1]},
            ],
            "outputs": [
                {"name": "probabilities", "datatype": "FP32", "shape": [-1, len(card.labels)]},
                {"name": "label", "datatype": "BYTES", "shape": [-1]},
                {"name": "known", "datatype": "BOOL", "shape": [-1]},
            ],
        }
    )


@blueprint.get("/models/<name>/ready")
@blueprint.get("/models/<name>/versions/<version>/ready")
def model_ready(name: str, version: str | None = None) -> Response:
    """The model is loaded; another version than the current one is loaded if necessary."""
    return jsonify({"name": get_state().models.find(name, version).name, "ready": True})


@blueprint.post("/models/<name>/infer")
@blueprint.post("/models/<name>/versions/<version>/infer")
def infer(name: str, version: str | None = None) -> Response:
    """Predict images or crops."""
    state = get_state()
    model = state.models.select(name, version)
    with request_time_limit():
        sent = read_infer_request(request, model.predictor.card, state.settings.max_predict_values)
        started = time.perf_counter()
        probabilities = predict(model, sent)
    outcome = Outcome.of(model.predictor.card, probabilities)
    state.metrics.count_predictions(model, outcome, time.perf_counter() - started)
    tensors = output_tensors(probabilities, outcome, sent, model.predictor.card)
    head: dict[str, Any] = {"model_name": model.name, "model_version": model.version_id}
    if sent.id is not None:
        head["id"] = sent.id
    response = encode(head, sent, tensors)
    name_model(response.headers, model, outcome.labels)
    return response


def predict(model: LoadedModel, sent: InferRequest) -> np.ndarray:
    """float32 (n, labels): averaged over the card's crops for images."""
    predictor = model.predictor
    parts = []
    for start in range(0, len(sent.values), MAX_BATCH):
        check_deadline()
        batch = sent.values[start : start + MAX_BATCH]
        if sent.are_crops:
            parts.append(predictor.session.run(["probabilities"], {"images": np.ascontiguousarray(batch)})[0])
        else:
            parts.append(predictor.predict(batch).probabilities)
    return np.concatenate(parts)


def output_tensors(probabilities: np.ndarray, outcome: Outcome, sent: InferRequest, card: ModelCard) -> list[OutputTensor]:
    """The requested outputs."""
    tensors = {
        "probabilities": OutputTensor("probabilities", "FP32", np.ascontiguousarray(probabilities, "<f4")),
        "label": OutputTensor("label", "BYTES", np.array(outcome.labels, object)),
        "known": OutputTensor("known", "BOOL", outcome.known),
    }
    return [
        classify(probabilities, card.labels, output.classes) if output.classes else tensors[output.name]
        for output in sent.outputs
    ]


def classify(probabilities: np.ndarray, labels: list[str], classes: int) -> OutputTensor:
    """Triton's extension classification: the k most probable classes as "probability:index:label"."""
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :classes]
    texts = [
        [f"{row[index]:f}:{index}:{labels[index]}" for index in best] for row, best in zip(probabilities, order, strict=True)
    ]
    return OutputTensor("probabilities", "BYTES", np.array(texts, object))


def encode(head: dict[str, Any], sent: InferRequest, tensors: list[OutputTensor]) -> Response:
    """JSON, followed by the bytes of binary outputs if there are any."""
    outputs, contents = [], []
    for requested, tensor in zip(sent.outputs, tensors, strict=True):
        if requested.is_binary:
            output, content = tensor.to_binary()
            outputs.append(output)
            contents.append(content)
        else:
            outputs.append(tensor.to_json())
    body = dumps(head | {"outputs": outputs})
    if not contents:
        return Response(body, mimetype="application/json")
    response = Response(body + b"".join(contents), mimetype="application/octet-stream")
    response.headers[LENGTH_HEADER] = str(len(body))
    return response
