"""Parameters and headers that several operations of the inference service share."""

from inkling.models.crops import CROP_CHOICES
from inkling.models.model_version import NAME_PATTERN, VERSION_LENGTH
from inkling.service.openapi.operation import path_parameter, query_parameter
from server.api.headers import MODEL_HEADER

MODEL_VERSION = path_parameter(
    "version", f"`current`, the hash of the version's file, or at least {VERSION_LENGTH} of its first digits."
)
_VERSION = {"type": "string", "minLength": 1}
_VERSION_FORMS = f"Version of the model: `current`, the hash of its file, or at least {VERSION_LENGTH} of its first digits."
MODEL_PARAMETER = query_parameter("model", {"type": "string"}, "Name of the model. Without a name: the default model.")
SHARED_VERSION_PARAMETER = query_parameter(
    "version", _VERSION, f"{_VERSION_FORMS} Default: by the traffic shares of the model, which are those of a canary."
)
CURRENT_VERSION_PARAMETER = query_parameter("version", _VERSION, f"{_VERSION_FORMS} Default: the current version.")
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
