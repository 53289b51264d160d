"""Every path of the API, with its parameters, bodies, answers and failures."""

from typing import Any

from server.api.evaluate.spec import paths as measuring_paths
from server.api.explain.spec import paths as explain_paths
from server.api.feedback.spec import paths as feedback_paths
from server.api.openapi.operation import (
    CROPS,
    FILE,
    JSON,
    MODEL,
    VERSIONED,
    answer,
    operation,
    path,
    picture_bodies,
    query,
    some,
)
from server.api.openapi.schemas import ref
from server.api.page.views import VIEWS
from server.api.predict.views import SHOWN
from server.settings import Settings


def paths(settings: Settings) -> dict[str, Any]:
    """Path -> method -> operation."""
    return {
        **_reading(settings),
        **explain_paths(),
        **measuring_paths(settings),
        **_models(),
        **feedback_paths(settings),
        **_operations(),
        **_page(),
    }


MODEL_NAME = path("name", "A model's name.")


def _reading(settings: Settings) -> dict[str, Any]:
    body = picture_bodies(settings.max_pictures, "PredictRequest")
    predict = operation(
        "Reading",
        "Read one sign a picture",
        answer("What each picture is, in the order given.", ref("Predictions"), headers=VERSIONED),
        (400, 404, 411, 413, 415, 422, 503),
        "A picture of any size and mode: ink on paper or light on dark, with or without a transparent ground. If one of "
        f"several cannot be read, none is answered, and the message says which. At most {settings.max_predict_bytes:,} bytes, "
        f"{settings.max_pictures:,} pictures, {settings.max_picture_pixels:,} pixels a picture.",
        operationId="predict",
        parameters=[MODEL, CROPS, some("show", SHOWN, "Adds each 28×28 image to its answer, or every step on the way to it.")],
        requestBody=body,
    )
    read = operation(
        "Reading",
        "Read whole numbers",
        {
            "200": {
                "description": "The lines from top to bottom, the digits from left to right; of several pictures, in the order "
                "given. With `show=boxes` the picture as large as it was read, what was found drawn into it.",
                "headers": VERSIONED,
                "content": {
                    JSON: {"schema": {"oneOf": [ref("Reading"), ref("Readings")]}},
                    "image/png": {"schema": FILE},
                },
            }
        },
        (400, 404, 411, 413, 415, 422, 503),
        "A picture of postcodes, sums, meters, or lines of them, in every form that `/predict` takes. Touching digits are "
        "parted; specks, frames, rules, points, commas, minus signs and words are left out. A picture without a digit is "
        f"`empty_picture`. At most {settings.max_digits:,} digits a picture, and the bounds of `/predict`.",
        operationId="read",
        parameters=[
            MODEL,
            query("show", {"type": "string", "enum": ["boxes"]}, "The one picture as a PNG instead of JSON."),
            query(
                "unfinished", {"type": "string", "enum": ["true"]}, "It is being written: without a digit, there are no lines."
            ),
        ],
        requestBody=body,
    )
    return {"/predict": {"post": predict}, "/read": {"post": read}}


def _models() -> dict[str, Any]:
    listed = operation("Models", "List models", answer("What is loaded.", ref("Models")), (400,), operationId="models")
    card = operation(
        "Models",
        "A model's card",
        answer("The card, as it stands in the file.", ref("Card")),
        (400, 404, 503),
        operationId="card",
        parameters=[MODEL_NAME],
    )
    report = operation(
        "Models",
        "The report that a model was exported with",
        answer("The card's report.", ref("CardReport")),
        (400, 404, 503),
        operationId="card_report",
        parameters=[MODEL_NAME],
    )
    rollback = operation(
        "Models",
        "Go back to the version of a model before",
        answer("What answers now.", ref("Model")),
        (400, 401, 403, 404, 409, 422, 503, 507),
        "The process that is asked answers with it at once, the others within two seconds, and no request fails. Asked again, "
        "it goes further back; what was gone back from is kept beside the versions, but is none of them.",
        operationId="rollback",
        security=[{}, {"token": []}],
        parameters=[MODEL_NAME],
    )
    return {
        "/models": {"get": listed},
        "/models/{name}": {"get": card},
        "/models/{name}/report": {"get": report},
        "/models/{name}/rollback": {"post": rollback},
    }


def _operations() -> dict[str, Any]:
    live = operation("Operations", "Does the process answer", answer("It does.", ref("Live")), operationId="live")
    ready = operation(
        "Operations", "Can it read", answer("At least one model has answered.", ref("Ready")), (503,), operationId="ready"
    )
    text = {"type": "string"}
    metrics = operation(
        "Operations",
        "Metrics for Prometheus",
        answer("Counts and times of all worker processes together.", text, "text/plain"),
        operationId="metrics",
    )
    openapi = operation("Operations", "This description", answer("OpenAPI 3.1.", {"type": "object"}), operationId="openapi")
    docs = operation("Operations", "This description, to read", answer("A page.", text, "text/html"), operationId="docs")
    return {
        "/health/live": {"get": live},
        "/health/ready": {"get": ready},
        "/metrics": {"get": metrics},
        "/openapi.json": {"get": openapi},
        "/docs": {"get": docs},
    }


def _page() -> dict[str, Any]:
    unchanged = {"304": {"description": "As the client has it."}}
    document = answer("The document.", {"type": "string"}, "text/html") | unchanged
    views = {
        f"/{name.removeprefix('draw')}": {"get": operation("Page", f"The view {text}", document, (404,), operationId=name)}
        for name, text in VIEWS.items()
    }
    file = {"200": {"description": "The file.", "content": {"*/*": {"schema": FILE}}}}
    part = [path("name", "A file of the page.")]
    return {
        **views,
        "/static/{name}": {
            "get": operation(
                "Page", "Its modules, styles and icons", file | unchanged, (404,), operationId="static", parameters=part
            )
        },
        "/static/docs/{name}": {
            "get": operation("Page", "The files of /docs", file | unchanged, (404,), operationId="static_docs", parameters=part)
        },
    }
