"""The schemas of jobs and of the events of their fits."""

from inkling.models.model_version import NAME_PATTERN
from inkling.service.openapi.schemas import (
    ANY_OBJECT,
    COUNT,
    FRACTION,
    IMAGE,
    LABEL,
    PROBABILITIES,
    SHA256,
    TIME,
    Schema,
    array_schema,
    nullable,
    object_schema,
    ref,
)
from trainer.service.jobs.queue import ENDED
from trainer.settings import MUTABLE_SETTINGS
from trainer.training.events import FitEvent

NUMBER: Schema = {"type": "number"}
POSITIVE: Schema = {"type": "number", "minimum": 0}
ID: Schema = {"type": "string", "minLength": 1}
JOB_STATES = ("queued", "running", "paused", *ENDED)
MODEL_NAME: Schema = {"type": "string", "pattern": f"^{NAME_PATTERN.pattern}$"}
CANARY: Schema = FRACTION | {
    "description": "Publish a candidate with this share of the server's requests, and keep the current version."
}
UNIX_TIME: Schema = {"type": "number", "description": "Seconds since 1970, UTC."}


def layer_properties() -> dict[str, Schema]:
    """A row of a layer table."""
    return {
        "name": LABEL,
        "kind": LABEL | {"description": "The class name in Keras."},
        "output_shape": array_schema(COUNT),
        "parameters": COUNT,
        "multiply_adds": COUNT,
    }


def schemas() -> dict[str, Schema]:
    """The named schemas of these resources."""
    job = {
        "id": ID,
        "name": LABEL,
        "state": {"type": "string", "enum": list(JOB_STATES)},
        "created": TIME,
        "started": nullable(TIME),
        "ended": nullable(TIME),
        "run": {"type": "string", "description": "The run folder."},
        "reason": {"type": ["string", "null"], "description": "Why the job failed."},
        "settings": ref("FitSettings"),
        "progress": nullable(ref("BatchEvent")),
        "epoch": nullable(ref("EpochSummary")),
        "result": nullable(ref("FinishedEvent")),
        "published": array_schema(LABEL, "Names under which the model was published."),
        "queue_position": {"type": ["integer", "null"], "minimum": 1, "description": "1 is next; null if it is not queued."},
        "mutable": array_schema({"type": "string", "enum": list(MUTABLE_SETTINGS)}, "Settings that can change during the fit."),
    }
    return {
        "Job": object_schema(job),
        "Jobs": object_schema({"jobs": array_schema(ref("Job")), "next": {"type": ["string", "null"]}}),
        "Epochs": object_schema({"epochs": array_schema(ref("EpochSummary"))}),
        "TrainedLayer": object_schema(layer_properties()),
        "PublishRequest": object_schema({"name": MODEL_NAME}),
        "PublishJobRequest": object_schema({"name": MODEL_NAME, "canary": CANARY}, optional=("canary",)),
        "PublishedModel": object_schema(
            {"model": LABEL, "created": {"type": "string"}, "sha256": SHA256, "accuracy": FRACTION, "n": COUNT, "bytes": COUNT}
        ),
        **_events(),
        **_inspection(),
    }


def _events() -> dict[str, Schema]:
    speed = {"images_per_second": nullable(POSITIVE), "seconds_left": nullable(POSITIVE)}
    batch = {"epoch": COUNT, "step": COUNT, "loss": nullable(NUMBER), "accuracy": FRACTION, "images_seen": COUNT, **speed}
    epoch = {
        "epoch": COUNT,
        "epochs": COUNT,
        "loss": nullable(NUMBER),
        "accuracy": FRACTION,
        "val_loss": nullable(NUMBER),
        "val_accuracy": FRACTION,
        "best": {"type": "boolean", "description": "Whether its weights are the best so far."},
        **speed,
        "seconds": POSITIVE,
        "learning_rate": POSITIVE,
        "changes": array_schema(ANY_OBJECT, "Settings that changed during the epoch."),
    }
    finished = {
        "run": {"type": "string"},
        "interrupted": {"type": "boolean", "description": "Stopped before the last epoch."},
        "epochs": COUNT,
        "best_epoch": COUNT,
        "val_accuracy": FRACTION,
        "seconds": POSITIVE,
        "test": ANY_OBJECT | {"description": "Accuracy by choice of crops, and n."},
        "warnings": array_schema({"type": "string"}, "Sentences about the result."),
    }
    event = {
        "id": {"type": "string", "pattern": "^[0-9]+$", "description": "Counts from 1, without gaps."},
        "event": {"type": "string", "enum": [each.kind for each in FitEvent.__subclasses__()] + ["interrupted"]},
        "data": {"type": "string", "contentMediaType": "application/json", "description": "An object with event and time."},
    }
    kinds = {"BatchEvent": ("batch", batch | {"learning_rate": POSITIVE}), "EpochSummary": ("epoch", epoch)}
    kinds |= {"FinishedEvent": ("finished", finished)}
    named = {
        name: object_schema({"event": {"const": kind}, "time": UNIX_TIME, **properties})
        for name, (kind, properties) in kinds.items()
    }
    return named | {"JobEvent": object_schema(event)}


def _inspection() -> dict[str, Schema]:
    nested = {"type": "array", "items": {}, "description": "Nested arrays of numbers in the given shape."}
    array = {"shape": array_schema(COUNT), "min": nullable(NUMBER), "max": nullable(NUMBER), "values": nested}
    layer = layer_properties() | {
        "arrays": {
            "type": "object",
            "additionalProperties": object_schema(array, optional=("values",)),
            "description": "activations, weights by name, and their gradients as NAME_gradient.",
        }
    }
    step = {"type": ["integer", "null"], "description": "Null for the best weights of an ended fit."}
    snapshot = {
        "sample": COUNT,
        "step": step,
        "label": LABEL,
        "predicted": LABEL,
        "probabilities": PROBABILITIES,
        "loss": nullable(NUMBER),
        "forward_seconds": POSITIVE,
        "backward_seconds": POSITIVE,
        "layers": array_schema(object_schema(layer)),
    }
    prediction = {"index": COUNT, "label": LABEL, "predicted": LABEL, "probabilities": PROBABILITIES, "image": IMAGE}
    page = {
        "step": step,
        "n": COUNT,
        "labels": array_schema(LABEL),
        "predictions": array_schema(object_schema(prediction)),
        "next": {"type": ["integer", "null"]},
    }
    return {"Snapshot": object_schema(snapshot), "ValidationPredictions": object_schema(page)}
