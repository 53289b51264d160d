"""The OpenAPI document, assembled from the specs of the resources."""

from functools import lru_cache
from typing import Any

from inkling.distribution import distribution_version
from server.api.data import spec as data
from server.api.docs import spec as docs
from server.api.evaluate import spec as evaluate
from server.api.explain import spec as explain
from server.api.feedback import spec as feedback
from server.api.health import spec as health
from server.api.inference_protocol import spec as inference_protocol
from server.api.metrics import spec as metrics
from server.api.models import spec as models
from server.api.openapi.operation import BEARER, error_responses
from server.api.openapi.schemas import shared_schemas
from server.api.page import spec as page
from server.api.predict import spec as predict
from server.api.read import spec as read
from server.api.reports import spec as reports
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


@lru_cache(maxsize=8)
def build_document(settings: Settings) -> dict[str, Any]:
    """The whole document, with the limits of these settings."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Inkling",
            "version": distribution_version(),
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": BEARER,
        "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
        "paths": {
            **predict.paths(settings),
            **read.paths(settings),
            **explain.paths(),
            **data.paths(),
            **evaluate.paths(settings),
            **reports.paths(settings),
            **models.paths(),
            **feedback.paths(settings),
            **inference_protocol.paths(),
            **health.paths(),
            **metrics.paths(),
            **docs.paths(),
            **page.paths(),
        },
        "components": {
            "schemas": {
                **shared_schemas(settings),
                **predict.schemas(),
                **read.schemas(),
                **models.schemas(),
                **health.schemas(),
                **inference_protocol.schemas(),
                **explain.schemas(),
                **data.schemas(),
                **evaluate.schemas(settings),
                **reports.schemas(),
                **feedback.schemas(),
            },
            "responses": error_responses() | inference_protocol.error_responses(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The server's INKLING_TOKEN. Required beyond loopback for changes and for what people "
                    "drew or uploaded, or always, by the setting require_token.",
                }
            },
        },
    }
