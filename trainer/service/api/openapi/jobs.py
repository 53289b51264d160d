"""The OpenAPI specification of /jobs."""

from typing import Any

from inkling.service.openapi.links import links
from inkling.service.openapi.operation import (
    FILE,
    JSON,
    location_header,
    ok_response,
    operation,
    page_parameters,
    path_parameter,
    query_parameter,
)
from inkling.service.openapi.schemas import COUNT, Schema, ref
from trainer.service.api.events import MEDIA_TYPE as EVENT_STREAM
from trainer.service.api.inspection import DEFAULT_LIMIT, MAX_LIMIT, MAX_SAMPLE
from trainer.service.api.negotiation import PNG_MEDIA_TYPE

TAG, INSPECTION = "Jobs", "Inspection"
JOB_ID = path_parameter("job_id", "The ID of a job.")
SAMPLE: Schema = COUNT | {"maximum": MAX_SAMPLE, "default": 0}
JOB_OPERATIONS = ("get_job", "update_job", "list_epochs", "stream_events", "take_snapshot", "list_predictions", "publish_job")
JOB_LINKS = links(JOB_OPERATIONS, job_id="$response.body#/id")
"""What can be done with a job that an operation returns."""

LISTED_JOB_LINKS = links(JOB_OPERATIONS, job_id="$response.body#/jobs/0/id")


def json_body(schema: str, required: bool = True) -> dict[str, Any]:
    """A request body of JSON."""
    return {"required": required, "content": {JSON: {"schema": ref(schema)}}}


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    queued = {
        "description": "The job is queued.",
        "headers": location_header("job"),
        "content": {JSON: {"schema": ref("Job")}},
        "links": JOB_LINKS,
    }
    submit = operation(
        TAG,
        "Queue a fit",
        {"202": queued},
        (400, 413, 422, 503, 507),
        "Any setting of a fit; what is not given comes from the recipe.",
        operationId="submit_job",
        requestBody=json_body("JobRequest"),
    )
    listing = operation(
        TAG,
        "List jobs, newest first",
        ok_response("A page of jobs.", ref("Jobs"), links=LISTED_JOB_LINKS),
        (400, 404, 503),
        operationId="list_jobs",
        parameters=page_parameters("job"),
    )
    get = operation(
        TAG,
        "Get a job",
        ok_response("The job with its current progress.", ref("Job")),
        (400, 404, 503),
        operationId="get_job",
        parameters=[JOB_ID],
    )
    update = operation(
        TAG,
        "Change settings of a running fit, or the state of the job",
        ok_response("The job.", ref("Job")),
        (400, 404, 409, 410, 413, 503, 507),
        "`running` resumes a job that was paused, stopped or interrupted or has failed.",
        operationId="update_job",
        parameters=[JOB_ID],
        requestBody=json_body("JobUpdate"),
    )
    epochs = operation(
        TAG,
        "List the completed epochs",
        ok_response("Without per-label and per-image details.", ref("Epochs")),
        (400, 404, 503),
        operationId="list_epochs",
        parameters=[JOB_ID],
    )
    return {
        "/jobs": {"post": submit, "get": listing},
        "/jobs/{job_id}": {"get": get, "patch": update},
        "/jobs/{job_id}/epochs": {"get": epochs},
        "/jobs/{job_id}/events": {"get": _events()},
        "/jobs/{job_id}/snapshot": {"get": _snapshot()},
        "/jobs/{job_id}/predictions": {"get": _predictions()},
        "/jobs/{job_id}/publish": {"post": _publish()},
    }


def _events() -> dict[str, Any]:
    last_id = {"name": "Last-Event-ID", "in": "header", "required": False, "schema": COUNT}
    last_id |= {"description": "Continue after this event. Default: from the first event."}
    return operation(
        TAG,
        "Follow the events of a fit",
        {
            "200": {
                "description": "Server-sent events, until the job has ended. The schema describes one event.",
                "content": {EVENT_STREAM: {"schema": ref("JobEvent")}},
            },
            "204": {"description": "No more events will follow."},
        },
        (400, 404, 503),
        "Browsers reconnect with the ID of the last event, and get what has happened since.",
        operationId="stream_events",
        parameters=[JOB_ID, last_id],
    )


def _snapshot() -> dict[str, Any]:
    response = ok_response("Activations, weights and gradients; or one array as a picture.", ref("Snapshot"))
    response["200"]["content"][PNG_MEDIA_TYPE] = {"schema": FILE}
    return operation(
        INSPECTION,
        "Inspect the network for one validation image",
        response,
        (400, 404, 406, 409, 410, 422, 503, 507),
        "During the fit, between two steps, or after it. As JSON or PNG, by `Accept`.",
        operationId="take_snapshot",
        parameters=[
            JOB_ID,
            query_parameter("sample", SAMPLE, "Index of a validation image."),
            query_parameter("layer", {"type": "string"}, "Only this layer."),
            query_parameter("array", {"type": "string"}, "Only this array, such as activations or kernel_gradient."),
            query_parameter("values", {"type": "string", "enum": ["true", "false"]}, "false: without the values."),
        ],
    )


def _predictions() -> dict[str, Any]:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    return operation(
        INSPECTION,
        "Predict validation images",
        ok_response("A page of validation images with the network's predictions.", ref("ValidationPredictions")),
        (400, 404, 409, 410, 422, 503, 507),
        operationId="list_predictions",
        parameters=[
            JOB_ID,
            query_parameter("begin", SAMPLE, "Index of the first validation image."),
            query_parameter("limit", limit, "Maximum number of images."),
        ],
    )


def _publish() -> dict[str, Any]:
    published = {"description": "The published model.", "content": {JSON: {"schema": ref("PublishedModel")}}}
    return operation(
        TAG,
        "Publish the model of an ended job",
        {"201": published},
        (400, 404, 409, 410, 413, 422, 503, 507),
        "Exports the network under a name. A running server loads it without a restart. With `canary`, the current version "
        "stays, and the new one answers this share of the server's requests.",
        operationId="publish_job",
        parameters=[JOB_ID],
        requestBody=json_body("PublishJobRequest"),
    )
