"""The schemas of lessons."""

from inkling.datasets.dataset import MAX_LABEL_LENGTH
from inkling.limits import Limits
from inkling.service.openapi.schemas import (
    BASE64,
    COUNT,
    FRACTION,
    IMAGE,
    LABEL,
    PEN,
    PROBABILITIES,
    STROKES,
    TIME,
    Schema,
    array_schema,
    nullable,
    object_schema,
    ref,
)
from trainer.lessons.registry import LESSON_NETWORKS
from trainer.service.api.lesson_form import MAX_LABELS, MIN_LABELS
from trainer.service.api.openapi.fit_settings import NAME, setting_schema
from trainer.service.api.openapi.job_schemas import ID, JOB_STATES, POSITIVE

TEXT: Schema = {"type": "string", "format": "printable", "minLength": 1, "maxLength": MAX_LABEL_LENGTH}
JSON_LABEL: Schema = {"oneOf": [TEXT, {"type": "integer"}]}
MAX_REPEATS = max(network.MAX_REPEATS for network in LESSON_NETWORKS.values())
REPEATS: Schema = {
    "type": "integer",
    "minimum": 1,
    "maximum": MAX_REPEATS,
    "default": 1,
    "description": f"Training steps; at most the lesson's `max_repeats`: "
    f"{', '.join(f'{network.MAX_REPEATS:,} ({name})' for name, network in LESSON_NETWORKS.items())}.",
}
VECTOR = array_schema({"type": "number"})
NESTED: Schema = {"type": "array", "items": {}, "description": "Nested arrays of numbers."}
NETWORKS: Schema = {"type": "string", "enum": list(LESSON_NETWORKS)}


def schemas() -> dict[str, Schema]:
    """The named schemas of these paths."""
    create = {
        "labels": array_schema(JSON_LABEL, "Distinct labels.", minItems=MIN_LABELS, maxItems=MAX_LABELS, uniqueItems=True),
        "network": NETWORKS,
        "size": {"enum": [network.SIZE for network in LESSON_NETWORKS.values()], "description": "The side of its input."},
        "learning_rate": setting_schema("learning_rate"),
        "name": nullable(NAME),
        "seed": nullable(setting_schema("seed")),
    }
    update = {"name": NAME, "learning_rate": setting_schema("learning_rate")}
    lesson = _lesson()
    shown = lesson | {"weights": ref("LessonWeights")}
    drawing = {"id": ID, "label": LABEL, "created": TIME, "points": COUNT, "image": IMAGE}
    loss = {"steps": COUNT, "label": LABEL, "loss_before": POSITIVE, "loss": POSITIVE}
    return {
        "LessonRequest": object_schema(create, optional=tuple(name for name in create if name != "labels")),
        "LessonUpdate": object_schema(update, optional=tuple(update), minProperties=1),
        "LessonName": object_schema({"name": nullable(NAME)}, optional=("name",)),
        "LessonReset": object_schema(
            {"drawings": {"type": "boolean", "default": True, "description": "Whether to keep the drawings."}},
            optional=("drawings",),
        ),
        "Lesson": object_schema(shown),
        "LessonSummary": object_schema(lesson),
        "Lessons": object_schema({"lessons": array_schema(ref("LessonSummary")), "next": {"type": ["string", "null"]}}),
        "UndoneLesson": object_schema(shown | {"undone": {"type": "string", "enum": ["train", "fit", "reset"]}}),
        **_weights(),
        "LessonPrediction": object_schema(_prediction(), optional=("activations",)),
        "LessonTraining": object_schema(_prediction() | _training(), optional=("activations",)),
        "LessonHistory": object_schema({"history": array_schema(object_schema(loss))}),
        "LessonDrawingPage": object_schema(
            {"n": COUNT, "drawings": array_schema(object_schema(drawing)), "next": {"type": ["string", "null"]}}
        ),
        **_requests(),
    }


def _requests() -> dict[str, Schema]:
    points = f"A drawing: strokes with at most {Limits().max_points:,} points in total."
    forms = {"image": BASE64}, {"pixels": ref("Pixels")}, {"strokes": STROKES | {"description": points}, "pen": PEN}
    more = {"label": JSON_LABEL, "repeats": REPEATS}
    return {
        "LessonPredictRequest": {"oneOf": [object_schema(form, optional=("pen",)) for form in forms]},
        "LessonTrainRequest": {"oneOf": [object_schema(form | more, optional=("pen", *more)) for form in forms]},
    }


def _lesson() -> dict[str, Schema]:
    fit = {
        "job": ID,
        "adopted": {"type": "boolean", "description": "Whether the lesson has its weights."},
        "problem": {"type": ["string", "null"]},
        "state": {"type": ["string", "null"], "enum": [*JOB_STATES, None]},
        "reason": {"type": ["string", "null"]},
    }
    return {
        "id": ID,
        "name": LABEL,
        "network": NETWORKS,
        "labels": array_schema(LABEL),
        "learning_rate": POSITIVE,
        "seed": COUNT,
        "steps": COUNT,
        "size": COUNT,
        "max_repeats": COUNT,
        "data": LABEL | {"description": "Its drawings as a dataset: what a job takes in `data`."},
        "drawings": {"type": "object", "additionalProperties": COUNT, "description": "Drawings per label."},
        "undo_count": COUNT,
        "fit": nullable(object_schema(fit)) | {"description": "The last fit on all drawings."},
        "published": array_schema(LABEL),
        "created": TIME,
        "updated": TIME,
        "saved": nullable(TIME),
    }


def _weights() -> dict[str, Schema]:
    layer = ref("LessonLayer")
    return {
        "LessonLayer": object_schema({"kernel": NESTED, "bias": VECTOR}),
        "PerceptronWeights": object_schema({"hidden": layer, "outputs": layer}),
        "CnnWeights": object_schema({"conv1": layer}),
        "LessonWeights": {"oneOf": [ref("PerceptronWeights"), ref("CnnWeights")]},
    }


def _prediction() -> dict[str, Schema]:
    bit: Schema = {"type": "integer", "enum": [0, 1]}
    activations = {"bits": array_schema(bit), "hidden": VECTOR, "outputs": VECTOR}
    return {
        "lesson": ID,
        "labels": array_schema(LABEL),
        "label": LABEL,
        "confidence": FRACTION,
        "probabilities": PROBABILITIES,
        "image": IMAGE,
        "bits": {"type": "string", "pattern": "^[01]*$", "description": "The input as bits, row by row."},
        "weights": ref("LessonWeights"),
        "activations": object_schema(activations, description="Of a perceptron."),
        "steps": COUNT,
    }


def _training() -> dict[str, Schema]:
    return {
        "loss_before": POSITIVE,
        "probabilities_before": PROBABILITIES,
        "loss": POSITIVE,
        "trained_label": LABEL,
        "repeats": COUNT,
        "drawing": ID | {"description": "The ID of the stored drawing."},
        "seconds": POSITIVE,
        "undo_count": COUNT,
    }
