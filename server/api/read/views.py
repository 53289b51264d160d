"""POST /read: a picture of written numbers -> its lines and their digits."""

import time
from dataclasses import asdict, dataclass

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.errors import BadInput, EmptyPicture
from inkling.imaging.decoding import Sent, decode_sent
from inkling.imaging.strokes import Place, place_writing, render_writing
from inkling.plotting.detections import boxes_png
from inkling.recognition.recognizer import read
from inkling.recognition.result import SIDE, Digit, Reading
from inkling.service.http.json_provider import DIGITS
from inkling.service.parsing.pictures import Turn, read_pictures
from inkling.service.parsing.query import one_of, read_query
from server.api.predict.views import VERSION
from server.extensions import parts

blueprint = Blueprint("read", __name__)


@dataclass(frozen=True)
class Result:
    """A picture, what was read in it, in pixels of `sent.levels`, and how long that took; place: that of strokes."""

    sent: Sent
    reading: Reading
    seconds: float
    place: Place | None


@blueprint.post("/read")
def read_numbers() -> Response:
    """Read one picture or several."""
    own = parts()
    query = read_query(request, "model", "show", "unfinished")
    show = one_of("show", query.get("show"), ["boxes"])
    unfinished = one_of("unfinished", query.get("unfinished"), ["true"])
    model = own.models.find(query.get("model"))

    def answer(sent: Sent, place: Place | None = None) -> Result:
        started = time.perf_counter()
        try:
            reading = read(model.predictor, sent.levels, own.settings)
        except EmptyPicture:
            if not unfinished:
                raise
            reading = Reading([])
        return Result(sent, reading, time.perf_counter() - started, place)

    turn = Turn(
        lambda data: answer(decode_sent(data, own.settings, SIDE)),
        lambda levels: answer(Sent.of(levels)),
        lambda strokes, pen: answer(Sent.of(render_writing(strokes, pen)), place_writing(strokes, pen)),
    )
    results = read_pictures(request, own.settings, turn)
    own.metrics.read(model, len(results), sum(result.seconds for result in results))
    version = {VERSION: model.version}
    if show:
        if len(results) > 1:
            raise BadInput(f"Expected one picture with show=boxes. Received {len(results)}.")
        return Response(boxes_png(results[0].sent.levels, results[0].reading), mimetype="image/png", headers=version)
    head = {"model": model.name, "labels": model.predictor.card.labels}
    readings = [encode(result) for result in results]
    response = jsonify(head | (readings[0] if len(readings) == 1 else {"readings": readings}))
    response.headers.extend(version)
    return response


def encode(result: Result) -> dict:
    """A reading as the API gives it, its boxes in pixels of the picture as it was sent, or as its strokes were drawn."""
    lines = [
        {"text": line.text, "digits": [encode_digit(digit, result.sent) for digit in line.digits]}
        for line in result.reading.lines
    ]
    place = {"place": asdict(result.place)} if result.place else {}
    return {"text": result.reading.text, "lines": lines} | place


def encode_digit(digit: Digit, sent: Sent) -> dict:
    """A digit as the API gives it."""
    probabilities = digit.probabilities.round(DIGITS)
    return {
        "label": digit.label,
        "confidence": probabilities.max(),
        "known": digit.known,
        "box": np.minimum(np.array(digit.box) * sent.factor, [sent.width, sent.height] * 2),
        "probabilities": probabilities,
    }
