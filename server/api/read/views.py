"""POST /read: recognize whole numbers."""

import time
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import Headers

from inkling.errors import EmptyPicture, InvalidInput
from inkling.imaging.decoding import DecodedPicture
from inkling.imaging.picture import Picture
from inkling.imaging.strokes import PixelTransform
from inkling.models.predictor import PROBABILITY_DECIMALS
from inkling.plotting.detections import detections_png
from inkling.recognition.page import decode_page, scale_box
from inkling.recognition.recognizer import recognize_numbers
from inkling.recognition.result import DigitResult, NumberResult
from inkling.service.parsing.pictures import iter_pictures
from inkling.service.parsing.query import parse_choice, read_query
from server.api.headers import name_model
from server.api.request_limit import request_time_limit
from server.extensions import get_state
from server.services.loaded_model import LoadedModel
from server.settings import Settings

blueprint = Blueprint("read", __name__)

SHOW_CHOICES = ("boxes", "image")


@dataclass(frozen=True)
class ReadPicture:
    """A picture and the numbers in it, with boxes in pixels of `decoded.gray`. transform: of strokes, else None."""

    decoded: DecodedPicture
    result: NumberResult
    seconds: float
    transform: PixelTransform | None


@blueprint.post("/read")
def read_numbers() -> Response:
    """Recognize the numbers in each picture."""
    state = get_state()
    query = read_query(request, "model", "version", "show", "allow_empty")
    show = parse_choice("show", query.get("show"), SHOW_CHOICES)
    allow_empty = parse_choice("allow_empty", query.get("allow_empty"), ["true"]) is not None
    model = state.models.select(query.get("model"), query.get("version"))
    results = []
    with request_time_limit():
        for position, picture in iter_pictures(request, state.settings, state.settings.max_predict_values):
            with position.named_in_errors():
                results.append(read_picture(picture, model, state.settings, allow_empty))
    state.metrics.count_readings(model, len(results), sum(result.seconds for result in results))
    headers = Headers()
    name_model(headers, model)
    if show == "boxes":
        if len(results) > 1:
            raise InvalidInput(f"show=boxes takes one picture, not {len(results)}.")
        return Response(detections_png(results[0].decoded.gray, results[0].result), mimetype="image/png", headers=headers)
    head = {"model": model.name, "labels": model.predictor.card.labels}
    readings = [encode(result, show == "image") for result in results]
    response = jsonify(head | (readings[0] if len(readings) == 1 else {"readings": readings}))
    response.headers.extend(headers)
    return response


def read_picture(picture: Picture, model: LoadedModel, settings: Settings, allow_empty: bool) -> ReadPicture:
    """Decode a picture and recognize its numbers. Raises EmptyPicture without a digit, unless `allow_empty`."""
    decoded, transform = decode_page(picture, settings)
    started = time.perf_counter()
    try:
        result = recognize_numbers(model.predictor, decoded.gray, settings)
    except EmptyPicture:
        if not allow_empty:
            raise
        result = NumberResult([])
    return ReadPicture(decoded, result, time.perf_counter() - started, transform)


def encode(read: ReadPicture, with_images: bool) -> dict[str, Any]:
    """The JSON of one picture, with boxes in pixels of the picture as sent, or of the strokes as rendered."""
    lines = [
        {"text": line.text, "digits": [encode_digit(digit, read.decoded, with_images) for digit in line.digits]}
        for line in read.result.lines
    ]
    encoded: dict[str, Any] = {"text": read.result.text, "lines": lines}
    if read.transform:
        transform = read.transform
        encoded["transform"] = {
            "origin": transform.origin,
            "pixel_size": transform.pixel_size,
            "pen_width": transform.pen_width,
        }
    return encoded


def encode_digit(digit: DigitResult, decoded: DecodedPicture, with_image: bool) -> dict[str, Any]:
    """The JSON of one digit."""
    probabilities = digit.probabilities.round(PROBABILITY_DECIMALS)
    encoded = {
        "label": digit.label,
        "confidence": probabilities.max(),
        "known": digit.known,
        "box": scale_box(digit.box, decoded),
        "probabilities": probabilities,
    }
    return encoded | {"image": digit.image} if with_image else encoded
