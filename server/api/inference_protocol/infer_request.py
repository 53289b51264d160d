"""The body of an inference request of the Open Inference Protocol."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import Request

from inkling.errors import InvalidInput
from inkling.imaging.normalization import IMAGE_SIDE
from inkling.models.model_card import ModelCard
from inkling.service.parsing.content_length import require_content_length
from inkling.service.parsing.json_body import json_type_name, parse_json_object
from server.api.inference_protocol.tensors import parse_tensor

LENGTH_HEADER = "Inference-Header-Content-Length"
"""The length of the JSON before binary tensors."""

INPUTS = ("images", "crops")
OUTPUTS = ("probabilities", "label", "known")


@dataclass(frozen=True)
class RequestedOutput:
    """is_binary: send bytes. classes: send the k most probable classes as text instead of the values."""

    name: str
    is_binary: bool
    classes: int


@dataclass(frozen=True)
class InferRequest:
    """values: uint8, images (n, 28, 28) to average over the card's crops, or crops (n, size, size, 1) as they are."""

    id: str | None
    values: np.ndarray
    are_crops: bool
    outputs: list[RequestedOutput]


def read_infer_request(request: Request, card: ModelCard, max_values: int) -> InferRequest:
    """Parse a request. Keys of no meaning are ignored: KServe's client adds model_name. max_values: of the JSON.

    Raises InvalidInput, InvalidJson, TooLarge, LengthRequired.
    """
    require_content_length(request)
    data = memoryview(request.get_data(cache=False))
    head, rest = _split(data, request.headers.get(LENGTH_HEADER))
    body = parse_json_object(bytes(head), max_values)
    id, inputs = body.get("id"), body.get("inputs")
    if id is not None and not isinstance(id, str):
        raise InvalidInput(f"id must be a string, got {json_type_name(id)}.")
    if not (isinstance(inputs, list) and len(inputs) == 1 and isinstance(inputs[0], dict)):
        raise InvalidInput(f"inputs must hold one tensor, {' or '.join(INPUTS)}.")
    size = _parameters(inputs[0], "inputs").get("binary_data_size")
    values = parse_tensor(inputs[0], None if size is None else _binary(rest, size))
    are_crops = _check_shape(inputs[0].get("name"), values, card)
    is_binary = _flag(_parameters(body, "request"), "binary_data_output")
    return InferRequest(id, _to_uint8(values), are_crops, _requested(body.get("outputs"), is_binary))


def _split(data: memoryview, length: str | None) -> tuple[memoryview, memoryview]:
    if length is None:
        return data, data[len(data) :]
    if not (length.isascii() and length.isdigit() and len(length) < 12 and int(length) <= len(data)):
        raise InvalidInput(f"{LENGTH_HEADER} must be a number of bytes of the body, got {length!r:.40}.")
    return data[: int(length)], data[int(length) :]


def _parameters(owner: dict[str, Any], name: str) -> dict[str, Any]:
    parameters = owner.get("parameters", {})
    if not isinstance(parameters, dict):
        raise InvalidInput(f"The parameters of {name} must be an object, got {json_type_name(parameters)}.")
    return parameters


def _binary(rest: memoryview, size: Any) -> memoryview:
    if type(size) is not int or size != len(rest):
        raise InvalidInput(f"binary_data_size is {size!r:.40}, but {len(rest):,} bytes follow the JSON.")
    return rest


def _check_shape(name: Any, values: np.ndarray, card: ModelCard) -> bool:
    """Whether the tensor holds crops. Raises InvalidInput for another name or shape."""
    shapes = {"images": (IMAGE_SIDE, IMAGE_SIDE), "crops": (card.crop_size, card.crop_size, 1)}
    if not isinstance(name, str) or name not in shapes:
        raise InvalidInput(f"The input must be {' or '.join(INPUTS)}, got {name!r:.40}.")
    if values.shape[1:] != shapes[name] or len(values) == 0:
        expected = ", ".join(map(str, shapes[name]))
        raise InvalidInput(f"{name}: expected shape [N, {expected}] with N from 1, got {list(values.shape)}.")
    return bool(name == "crops")


def _to_uint8(values: np.ndarray) -> np.ndarray:
    if values.dtype == np.uint8:
        return values
    if not ((values >= 0) & (values <= 255)).all():  # false for NaN, too
        raise InvalidInput("FP32 values must be gray levels in 0..255: 0 is paper, 255 is ink.")
    return (values + 0.5).astype(np.uint8)


def _requested(outputs: Any, is_binary: bool) -> list[RequestedOutput]:
    if outputs is None or outputs == []:
        return [RequestedOutput(name, is_binary, 0) for name in OUTPUTS]
    if not (isinstance(outputs, list) and all(isinstance(output, dict) for output in outputs)):
        raise InvalidInput("outputs must be an array of objects.")
    found: list[RequestedOutput] = []
    for output in outputs:
        name, parameters = output.get("name"), _parameters(output, "outputs")
        classes = parameters.get("classification", 0)
        if name not in OUTPUTS or name in [each.name for each in found]:
            raise InvalidInput(f"Each output must be one of {', '.join(OUTPUTS)}, once; got {name!r:.40}.")
        if type(classes) is not int or classes < 0 or (classes and name != "probabilities"):
            raise InvalidInput("classification must be a number of classes of the output probabilities.")
        found.append(RequestedOutput(name, _flag(parameters, "binary_data", is_binary), classes))
    return found


def _flag(parameters: dict[str, Any], name: str, default: bool = False) -> bool:
    value = parameters.get(name, default)
    if not isinstance(value, bool):
        raise InvalidInput(f"{name} must be true or false, got {json_type_name(value)}.")
    return value
