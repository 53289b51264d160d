"""The OpenAPI document of the trainer service, assembled from the specs of its resources."""

from typing import Any

import inkling.errors
import inkling.service.http.errors
import trainer.errors
import trainer.service.errors
import trainer.store.errors
from inkling.limits import Limits
from inkling.service.openapi import docs
from inkling.service.openapi.document import assemble
from inkling.service.openapi.errors import error_codes, error_responses
from inkling.service.openapi.schemas import shared_schemas
from trainer.service.api.openapi import data, fit_settings, health, job_schemas, jobs, lesson_schemas, lessons

DESCRIPTION = """Trains networks. Send the settings of a fit to `/jobs`, or create a lesson and train it drawing by drawing.

All errors have the same body: `{"error": {"code", "message"}}`. A 4xx says what is wrong and how to fix it; the details of
a 5xx are only in the service's log. Every size is limited, and every limit is a setting of the service."""

TAGS = {
    "Jobs": "Fits that run in worker processes.",
    "Inspection": "The network of a job, during its fit and after it.",
    "Lessons": "Small networks that are trained drawing by drawing.",
    "Data and settings": "What a fit takes.",
    "Operations": "Health, metrics and this description.",
}

NOT_SENT = {
    "feedback_full",
    "feedback_not_found",
    "fit_failed",
    "images_not_stored",
    "model_not_found",
    "no_layer_outputs",
    "no_previous_version",
    "not_ready",
    "report_not_found",
    "time_limit_exceeded",
    "version_not_found",
}
"""Codes of the inference service and of fits."""

TASK_CODES = {
    (500, "not_installed"): "A package of the trainer is not installed.",
    (500, "unreadable"): "A file cannot be read or written.",
    (507, "disk_full"): "The disk is full.",
}
"""Statuses and codes of worker processes that have no error class, with their meanings."""


def build_document() -> dict[str, Any]:
    """The whole document, without the access of its operations."""
    modules = (inkling.errors, inkling.service.http.errors, trainer.errors, trainer.service.errors, trainer.store.errors)
    return assemble(
        "Inkling trainer",
        DESCRIPTION,
        TAGS,
        {**jobs.paths(), **lessons.paths(), **data.paths(), **health.paths(), **docs.paths("Operations")},
        {
            **shared_schemas(Limits()),
            **fit_settings.schemas(),
            **job_schemas.schemas(),
            **lesson_schemas.schemas(),
            **data.schemas(),
            **health.schemas(),
        },
        error_responses(error_codes(*modules, besides=NOT_SENT, more=TASK_CODES)),
    )
