"""Parameters and headers that several operations of the inference service share."""

from inkling.models.crops import CROP_CHOICES
from inkling.models.repository import NAME_PATTERN
from inkling.service.openapi.operation import query_parameter
from server.api.headers import MODEL_HEADER

MODEL_PARAMETER = query_parameter("model", {"type": "string", "minLength": 1}, "Name of the model. Default: the default model.")
CROPS_PARAMETER = query_parameter(
    "crops",
    {"type": "string", "enum": list(CROP_CHOICES), "default": "4"},
    "Crops to average: the center one, those in the model card, or all.",
)
MODEL_HEADERS = {
    MODEL_HEADER: {
        "schema": {"type": "string", "pattern": f"^{NAME_PATTERN.pattern}; sha256=[0-9a-f]{{64}}$"},
        "description": "The model that answered, and the hash of its file.",
    }
}
"""Headers of a response by a model."""
