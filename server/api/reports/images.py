"""GET /reports/ID/images: the images of a scored set, with what the model answered, as long as they are kept."""

from typing import Any

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.errors import BadInput
from inkling.evaluation.scored_images import ORDERS, Answered
from inkling.service.http.json_provider import DIGITS
from inkling.service.parsing.query import one_of, read_query, whole_number
from server.extensions import parts

blueprint = Blueprint("report_images", __name__)

PAGE, LARGEST_PAGE = 50, 500
KNOWN = {"true": True, "false": False}


@blueprint.get("/reports/<name>/images")
def images(name: str) -> Response:
    """A page of images: those of one label, or read as one, in the order that is asked for."""
    query = read_query(request, "true", "predicted", "known", "order", "limit", "before")
    order = one_of("order", query.get("order"), ORDERS) or ORDERS[0]
    known = KNOWN.get(one_of("known", query.get("known"), list(KNOWN)) or "")
    limit = whole_number("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    report, packed = parts().reports.images(name)
    labels = report["confusion_matrix"]["labels"]
    true, predicted = (position(side, query.get(side), labels) for side in ("true", "predicted"))
    answered = Answered.unpack(packed)
    found = answered.find(order, true, predicted, known)
    begin = following(found, answered.index, query["before"]) if "before" in query else 0
    page = found[begin : begin + limit]
    return jsonify(
        {
            "report": report["id"],
            "labels": labels,
            "order": order,
            "kept": len(answered),
            "n": len(found),
            "images": [encode(answered, int(which), labels) for which in page],
            "next": int(answered.index[page[-1]]) if begin + limit < len(found) else None,
        }
    )


def position(side: str, label: str | None, labels: list[str]) -> int | None:
    """A label's position in the report's. Raises BadInput."""
    return None if one_of(side, label, labels) is None else labels.index(label)


def following(found: np.ndarray, index: np.ndarray, before: str) -> int:
    """Where the page after the image of that index begins. Raises BadInput where it is none of those found."""
    places = np.flatnonzero(index[found] == int(before)) if before.isascii() and before.isdigit() and len(before) < 10 else []
    if len(places) == 0:
        raise BadInput(f"Expected before as the index of one of these images. Received {before!r:.40}.")
    return int(places[0]) + 1


def encode(answered: Answered, which: int, labels: list[str]) -> dict[str, Any]:
    """An image as the API gives it."""
    probabilities = answered.probabilities[which]
    winner = int(probabilities.argmax())
    return {
        "index": int(answered.index[which]),
        "true": labels[answered.targets[which]],
        "predicted": labels[winner],
        "confidence": round(float(probabilities[winner]), DIGITS),
        "known": bool(answered.known[which]),
        "probabilities": probabilities.round(DIGITS),
        "image": answered.images[which],
    }
