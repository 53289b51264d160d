"""Every path of the API, with its parameters, bodies, answers and failures."""

from typing import Any

from server.bodies.labelled import LONGEST_NAME
from server.inference.crops import CHOICES
from server.inference.shelf import NAME
from server.openapi.feedback import paths as feedback_paths
from server.openapi.operation import FILE, JSON, answer, operation, path, query
from server.openapi.schemas import array, ref
from server.routes.predict import VERSION
from server.routes.reports import LARGEST_PAGE, MEDIA_TYPES, NORMALIZATIONS, PAGE
from server.settings import Settings


def paths(settings: Settings) -> dict[str, Any]:
    """Path -> method -> operation."""
    return {
        **_reading(settings),
        **_measuring(settings),
        **_models(),
        **feedback_paths(settings),
        **_operations(),
        **_page(),
    }


MODEL = query("model", {"type": "string", "minLength": 1}, "The model that answers; the default one where it is left out.")
CROPS = query(
    "crops", {"type": "string", "enum": list(CHOICES), "default": "4"}, "The centre crop, the card's crops, or every window."
)
REPORT = path("id", "A report's ID, or `latest`.")
MODEL_NAME = path("name", "A model's name.")


def _reading(settings: Settings) -> dict[str, Any]:
    picture = {"schema": FILE}
    content = {
        "image/png": picture,
        "image/jpeg": picture,
        "image/webp": picture,
        "application/octet-stream": picture,
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "image": array(
                        {"type": "string", "contentMediaType": "application/octet-stream"},
                        minItems=1,
                        maxItems=settings.max_pictures,
                    )
                },
                "required": ["image"],
                "additionalProperties": False,
            }
        },
        JSON: {"schema": ref("PredictRequest")},
    }
    told = {"type": "string", "pattern": f"^{NAME.pattern}; sha256=[0-9a-f]{{64}}$"}
    version = {VERSION: {"schema": told, "description": "The model that answered, and the fingerprint of its file."}}
    predict = operation(
        "Reading",
        "Read one sign a picture",
        answer("What each picture is, in the order given.", ref("Predictions"), headers=version),
        (400, 404, 411, 413, 415, 422, 503),
        "A picture of any size and mode: ink on paper or light on dark, with or without a transparent ground. If one of "
        f"several cannot be read, none is answered, and the message says which. At most {settings.max_predict_bytes:,} bytes, "
        f"{settings.max_pictures:,} pictures, {settings.max_picture_pixels:,} pixels a picture.",
        operationId="predict",
        parameters=[MODEL, CROPS, query("show", {"type": "string", "enum": ["image"]}, "Adds each 28×28 image to its answer.")],
        requestBody={"required": True, "content": content},
    )
    read = operation(
        "Reading",
        "Read whole numbers",
        {
            "200": {
                "description": "The lines from top to bottom, the digits from left to right; of several pictures, in the order "
                "given. With `show=boxes` the picture as large as it was read, what was found drawn into it.",
                "headers": version,
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
        parameters=[MODEL, query("show", {"type": "string", "enum": ["boxes"]}, "The one picture as a PNG instead of JSON.")],
        requestBody={"required": True, "content": content},
    )
    return {"/predict": {"post": predict}, "/read": {"post": read}}


def _measuring(settings: Settings) -> dict[str, Any]:
    upload = {"type": "string", "contentMediaType": "application/octet-stream"}
    single = {"type": "object", "properties": {"data": upload}, "required": ["data"], "additionalProperties": False}
    pair = {
        "type": "object",
        "properties": {"images": upload, "labels": upload},
        "required": ["images", "labels"],
        "additionalProperties": False,
    }
    content = {"multipart/form-data": {"schema": {"oneOf": [single, pair]}}, JSON: {"schema": ref("EvaluateRequest")}}
    location = {"Location": {"schema": {"type": "string"}, "description": "Where the report is kept."}}
    evaluate = operation(
        "Measuring",
        "Score a labelled set",
        {"201": {"description": "The report.", "headers": location, "content": {JSON: {"schema": ref("Report")}}}},
        (400, 401, 403, 404, 411, 413, 415, 422, 503),
        "A file in the field `data`: a zip with a folder a label, an npz in Keras' layout, a CSV of labels and pixels, or pen "
        "strokes as JSON lines; or two IDX files in `images` and `labels`, plain or gzipped; or JSON. Pictures without ink are "
        f"left out. At most {settings.max_evaluate_bytes:,} bytes and {settings.max_set_images:,} images.",
        operationId="evaluate",
        security=[{}, {"token": []}],
        parameters=[
            MODEL,
            CROPS,
            query("name", {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}, "What the report calls the set."),
        ],
        requestBody={"required": True, "content": content},
    )
    pages = [
        query("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}, "How many."),
        query("before", {"type": "string"}, "Goes on after the report of this ID: the `next` of the page before."),
    ]
    listed = operation(
        "Measuring",
        "List reports, newest first",
        answer("A page of summaries.", ref("Reports")),
        (400, 404),
        operationId="reports",
        parameters=pages,
    )
    report = operation(
        "Measuring", "A report", answer("The report.", ref("Report")), (400, 404), operationId="report", parameters=[REPORT]
    )
    forms = {JSON: {"schema": ref("NormalizedConfusionMatrix")}, "text/csv": {"schema": {"type": "string"}}}
    forms |= {MEDIA_TYPES[form]: {"schema": FILE} for form in ("png", "svg")}
    matrix = operation(
        "Measuring",
        "A report's confusion matrix",
        {"200": {"description": "Rows are true labels, columns predicted ones.", "content": forms}},
        (400, 404, 406),
        "As JSON, CSV, PNG or SVG: by `Accept`, or by `format`, which wins.",
        operationId="confusion_matrix",
        parameters=[
            REPORT,
            query("format", {"type": "string", "enum": list(MEDIA_TYPES)}, "Instead of the Accept header."),
            query("normalize", {"type": "string", "enum": list(NORMALIZATIONS)}, "Shares of each row, of each column, of all."),
        ],
    )
    return {
        "/evaluate": {"post": evaluate},
        "/reports": {"get": listed},
        "/reports/{id}": {"get": report},
        "/reports/{id}/confusion-matrix": {"get": matrix},
    }


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
    page = operation("Page", "The page", answer("The page.", {"type": "string"}, "text/html"), (404,), operationId="page")
    file = {"200": {"description": "The file.", "content": {"*/*": {"schema": FILE}}}}
    unchanged = {"304": {"description": "As the client has it."}}
    part = [path("name", "A file of the page.")]
    return {
        "/": {"get": page},
        "/static/{name}": {
            "get": operation(
                "Page", "Its modules, styles and icons", file | unchanged, (404,), operationId="static", parameters=part
            )
        },
        "/static/docs/{name}": {
            "get": operation("Page", "The files of /docs", file | unchanged, (404,), operationId="static_docs", parameters=part)
        },
    }
