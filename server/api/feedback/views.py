"""POST, GET and DELETE /feedback: pictures with their right labels, kept for the next fit."""

import hashlib

import numpy as np
from flask import Blueprint, Response, jsonify, request

from inkling.datasets.stored_drawings import keep
from inkling.imaging.normalization import IMAGE_SIDE, NORMALISATION_VERSION, normalise
from inkling.service.http.json_provider import DIGITS
from inkling.service.http.security_headers import require_right_to_change
from inkling.service.parsing.query import read_query, whole_number
from inkling.service.store.feedback import Drawing
from server.api.parsing.feedback import Given, read_feedback
from server.extensions import parts
from server.services.model_registry import Models

blueprint = Blueprint("feedback", __name__)

PAGE, LARGEST_PAGE = 50, 500


@blueprint.post("/feedback")
def add() -> Response:
    """Keep a picture with its right label: 201, or 200 where it is kept already and takes this label over."""
    require_right_to_change()
    given = read_feedback(request, parts().settings)
    image = normalise(given.picture)
    drawing = keepable(given, image, what_was_said(given, image, parts().models))
    new = parts().feedback.add(drawing)
    response = jsonify(encode(parts().feedback.get(drawing.id)))
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"/feedback/{drawing.id}"
    return response


@blueprint.get("/feedback")
def page() -> Response:
    """Summaries, newest first."""
    query = read_query(request, "limit", "before")
    limit = whole_number("limit", query["limit"], 1, LARGEST_PAGE) if "limit" in query else PAGE
    drawings, following = parts().feedback.page(limit, query.get("before"))
    return jsonify({"n": parts().feedback.count(), "feedback": drawings, "next": following})


@blueprint.get("/feedback/<id>")
def drawing(id: str) -> Response:
    """A drawing, with its image and its strokes."""
    read_query(request)
    return jsonify(encode(parts().feedback.get(id)))


@blueprint.get("/feedback/<id>/picture")
def picture(id: str) -> Response:
    """A drawing as a PNG."""
    read_query(request)
    return Response(parts().feedback.picture(id), mimetype="image/png")


@blueprint.delete("/feedback/<id>")
def remove(id: str) -> Response:
    """Keep a drawing no longer."""
    require_right_to_change()
    read_query(request)
    parts().feedback.delete(id)
    return Response(status=204)


def what_was_said(given: Given, image: np.ndarray, models: Models) -> dict:
    """said, confidence, model and sha256: as told, else what the model says now; nothing where none is loaded.

    Raises UnknownModel where there are models, but none of the name that is asked for.
    """
    if given.said is not None:
        return {"said": given.said, "confidence": None, "model": given.model, "sha256": given.sha256}
    if given.model is None and models.default is None:
        return dict.fromkeys(("said", "confidence", "model", "sha256"))
    model = models.find(given.model)
    probabilities = model.predictor.predict(image[None]).probabilities[0]
    winner = int(probabilities.argmax())
    label, confidence = model.predictor.card.labels[winner], round(float(probabilities[winner]), DIGITS)
    return {"said": label, "confidence": confidence, "model": model.name, "sha256": model.sha256}


def keepable(given: Given, image: np.ndarray, said: dict) -> Drawing:
    """What is kept of a picture. image: uint8 (28, 28); pictures that have the same one are one drawing."""
    pixels = image.tobytes()
    return Drawing(
        id=hashlib.sha256(pixels).hexdigest()[:32],
        label=given.label,
        normalisation=NORMALISATION_VERSION,
        image=pixels,
        picture=keep(given.picture),
        strokes=given.strokes,
        **said,
    )


def encode(kept: dict) -> dict:
    """A drawing as the API gives it."""
    return kept | {"image": np.frombuffer(kept["image"], np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)}
