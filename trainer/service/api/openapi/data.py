"""The OpenAPI specification of /data, /settings, /networks and /splits."""

from typing import Any

from inkling.service.openapi.links import link
from inkling.service.openapi.operation import FILE, ok_response, operation, path_parameter, query_parameter
from inkling.service.openapi.schemas import (
    ANY_OBJECT,
    COUNT,
    IMAGE,
    LABEL,
    SHA256,
    Schema,
    array_schema,
    nullable,
    object_schema,
    ref,
)
from trainer.service.api.data import DEFAULT_LIMIT, MAX_LIMIT, MAX_PAGE, MAX_WAIT
from trainer.service.api.negotiation import PNG_MEDIA_TYPE
from trainer.service.api.openapi.jobs import json_body
from trainer.service.api.settings import JSON_TYPES
from trainer.settings import GROUPS

TAG = "Data and settings"
COUNTS: Schema = {"type": "object", "additionalProperties": COUNT}


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    listing = operation(
        TAG,
        "List datasets",
        ok_response(
            "All datasets.",
            ref("TrainingDatasets"),
            links={"list_samples": link("list_samples", name="$response.body#/data/0/name")},
        ),
        (400, 503),
        operationId="list_datasets",
        parameters=[
            query_parameter(
                "wait",
                {"type": "integer", "minimum": 0, "maximum": MAX_WAIT, "default": MAX_WAIT},
                "Seconds to wait for new datasets to be read.",
            )
        ],
    )
    page = ok_response("A page of images, as JSON or as a picture, by `Accept`.", ref("Samples"))
    page["200"]["content"][PNG_MEDIA_TYPE] = {"schema": FILE}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    samples = operation(
        TAG,
        "List images of a dataset",
        page,
        (400, 404, 406, 413, 422, 503, 507),
        operationId="list_samples",
        parameters=[
            path_parameter("name", "The name of a dataset."),
            query_parameter(
                "page", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1}, "Number of the page."
            ),
            query_parameter("limit", limit, "Images on a page."),
            query_parameter("label", {"type": "string", "minLength": 1}, "Only images with this label."),
            query_parameter(
                "duplicates",
                {"type": "string", "enum": ["true"]},
                "Only images that occur more than once in the dataset, identical ones next to each other.",
            ),
        ],
    )
    settings = operation(
        TAG, "List fit settings and recipes", ok_response("All of them.", ref("Settings")), (400,), operationId="list_settings"
    )
    without_fit = "Takes what a job takes and starts no fit. Datasets are not downloaded."
    networks = operation(
        TAG,
        "Plan a network",
        ok_response("The layers of the network for these settings and their data.", ref("Network")),
        (400, 413, 422, 503, 507),
        without_fit,
        operationId="plan_network",
        requestBody=json_body("JobRequest"),
    )
    splits = operation(
        TAG,
        "Plan the split of the data",
        ok_response("The number of images of each label in each part.", ref("Split")),
        (400, 413, 422, 503, 507),
        without_fit,
        operationId="plan_split",
        requestBody=json_body("JobRequest"),
    )
    return {
        "/data": {"get": listing},
        "/data/{name}/samples": {"get": samples},
        "/settings": {"get": settings},
        "/networks": {"post": networks},
        "/splits": {"post": splits},
    }


def schemas() -> dict[str, Schema]:
    """The named schemas of these paths."""
    optional = {
        "labels": array_schema(LABEL),
        "test": nullable(COUNT) | {"description": "Images in the dataset's own test set; null if it has none."},
        "writers": nullable(COUNT),
        "strokes": COUNT | {"description": "Drawings with pen strokes."},
        "empty": COUNT | {"description": "Blank images that are left out."},
        "sha256": SHA256,
    }
    dataset = {
        "name": LABEL,
        "spec": LABEL | {"description": "What a job takes in `data`."},
        "problem": {"type": ["string", "null"], "description": "Why the dataset cannot be used; null if it can."},
        "n": nullable(COUNT),
        "histogram": nullable(COUNTS) | {"description": "Images per label."},
    }
    copies = COUNT | {"description": "With duplicates=true: the number of identical images in the dataset."}
    sample = object_schema({"index": COUNT, "label": LABEL, "pixels": IMAGE, "copies": copies}, optional=("copies",))
    counts = {name: array_schema(COUNT) for name in ("training", "validation", "test")}
    network = {"network": LABEL, "labels": array_schema(LABEL), "layers": array_schema(ref("TrainedLayer"))}
    return {
        "TrainingDatasets": object_schema({"data": array_schema(object_schema(dataset | optional, optional=tuple(optional)))}),
        "Samples": object_schema({"name": LABEL, "n": COUNT, "page": COUNT, "pages": COUNT, "samples": array_schema(sample)}),
        "Settings": _settings(),
        "Network": object_schema(network | {"parameters": COUNT, "multiply_adds": COUNT}),
        "Split": object_schema({"labels": array_schema(LABEL), "counts": object_schema(counts)}),
    }


def _settings() -> Schema:
    declaration = {
        "name": LABEL,
        "type": {"type": "string", "enum": list(JSON_TYPES.values())},
        "default": {"description": "The value of the default recipe."},
        "unit": {"type": ["string", "null"]},
        "group": {"type": "string", "enum": list(GROUPS), "description": "The heading for it in a form."},
        "help": {"type": "string"},
        "choices": nullable(array_schema(LABEL)),
        "minimum": {"type": ["number", "null"]},
        "maximum": {"type": ["number", "null"]},
        "common": {"type": "boolean", "description": "Whether a form shows it first."},
        "mutable": {"type": "boolean", "description": "Whether it can change during a fit."},
    }
    settings = {
        "settings": array_schema(object_schema(declaration)),
        "recipes": {"type": "object", "additionalProperties": ref("FitSettings")},
        "unsupported": ANY_OBJECT | {"description": "By optimizer: settings that it does not support, with the reason."},
    }
    return object_schema(settings)
