"""The response header that names a model."""

from werkzeug.datastructures import Headers

from inkling.service.observability.request_record import current_record
from server.services.loaded_model import LoadedModel

MODEL_HEADER = "X-Inkling-Model"
"""The name and version of the model that answered."""


def name_model(headers: Headers, model: LoadedModel, labels: list[str] | None = None) -> None:
    """Name the model that answers in the headers of the response and in the request's log entry. labels: for the entry."""
    headers[MODEL_HEADER] = model.version
    record_model(model, labels)


def record_model(model: LoadedModel, labels: list[str] | None = None) -> None:
    """Name the model in the request's log entry and trace. labels: the predicted ones."""
    record = current_record()
    record.model, record.version, record.labels = model.name, model.sha256, labels
