"""The OpenAPI document, assembled from the specs of the resources."""

from typing import Any

import inkling.errors
import inkling.service.http.errors
from inkling.service.openapi import docs
from inkling.service.openapi.document import assemble
from inkling.service.openapi.errors import error_codes, error_responses
from inkling.service.openapi.schemas import shared_schemas
from server.api.data import spec as data
from server.api.evaluate import spec as evaluate
from server.api.explain import spec as explain
from server.api.feedback import spec as feedback
from server.api.health import spec as health
from server.api.inference_protocol import spec as inference_protocol
from server.api.metrics import spec as metrics
from server.api.models import spec as models
from server.api.page import spec as page
from server.api.predict import spec as predict
from server.api.read import spec as read
from server.api.reports import spec as reports
from server.api.versions import spec as versions
from server.settings import Settings

DESCRIPTION = """Recognizes handwritten characters. Send a picture to `/predict`, or a labeled dataset to `/evaluate`.

All errors have the same body: `{"error": {"code", "message"}}`. A 4xx says what is wrong and how to fix it; the details of
a 5xx are only in the server's log. Every size is limited, and every limit is a setting of the server."""

TAGS = {
    "Recognition": "Labels for pictures.",
    "Evaluation": "Reports for labeled datasets.",
    "Feedback": "Pictures with correct labels, for the next fit.",
    "Models": "The loaded models and their cards.",
    "Open Inference Protocol": "Version 2, as clients of Triton and KServe speak it.",
    "Operations": "Health, metrics and this description.",
    "Page": "The web page.",
}


def build_document(settings: Settings) -> dict[str, Any]:
    """The whole document, with the limits of these settings, without the access of its operations."""
    codes = error_codes(inkling.errors, inkling.service.http.errors)
    return assemble(
        "Inkling",
        DESCRIPTION,
        TAGS,
        {
            **predict.paths(settings),
            **read.paths(settings),
            **explain.paths(),
            **data.paths(),
            **evaluate.paths(settings),
            **reports.paths(settings),
            **models.paths(),
            **versions.paths(),
            **feedback.paths(settings),
            **inference_protocol.paths(),
            **health.paths(),
            **metrics.paths(),
            **docs.paths("Operations"),
            **page.paths(),
        },
        {
            **shared_schemas(settings),
            **predict.schemas(settings),
            **read.schemas(),
            **models.schemas(),
            **versions.schemas(),
            **health.schemas(),
            **inference_protocol.schemas(),
            **explain.schemas(settings),
            **data.schemas(),
            **evaluate.schemas(settings),
            **reports.schemas(),
            **feedback.schemas(),
        },
        error_responses(codes) | error_responses({}, "V2Error", "V2"),
    )
