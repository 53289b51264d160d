"""Schemas of labelled sets and reports."""

from typing import Any

from inkling.datasets.dataset import LONGEST_LABEL
from inkling.evaluation.scored_images import ORDERS
from inkling.models.confidence import SCORES
from server.api.openapi.schemas import (
    BASE64,
    COUNT,
    IMAGE,
    LABEL,
    OFFSETS,
    PROBABILITY,
    SHA256,
    SHARE,
    TIME,
    array,
    record,
    ref,
)
from server.api.reports.images import LARGEST_PAGE
from server.settings import Settings


def schemas(settings: Settings) -> dict[str, Any]:
    """Every named schema of these paths."""
    data = record({"name": {"type": "string"}, "n": COUNT, "sha256": SHA256})
    summary = {
        "id": {"type": "string", "pattern": "^[0-9a-f]+$"},
        "model": LABEL,
        "created": TIME,
        "data": data,
        "accuracy": SHARE,
        "loss": {"type": "number", "minimum": 0},
        "seconds": {"type": "number", "minimum": 0},
    }
    figures = {"precision": SHARE, "recall": SHARE, "f1": SHARE}
    matrix = {
        "labels": array(LABEL),
        "rows": {"const": "true"},
        "columns": {"const": "predicted"},
        "counts": array(array(COUNT), "counts[i][j]: how often label i was read as label j."),
    }
    level = {"from": SHARE, "to": SHARE, "n": COUNT, "confidence": PROBABILITY, "accuracy": SHARE}
    calibration = {
        "error": SHARE | {"description": "Expected calibration error: |accuracy - confidence|, averaged over all images."},
        "bins": array(record(level), "Of equal width, open below and closed above; those without images are left out."),
    }
    known = {
        "threshold": PROBABILITY | {"description": "The model's own, from its card."},
        "score": {"enum": list(SCORES), "description": "What is compared with it, from the card, too."},
        "refused": SHARE | {"description": "Of the set's images, those with a score below the threshold."},
        "roc_area": SHARE | {"description": "How often an image of the set is answered more surely than an outlier."},
        "outliers": COUNT | {"description": "Images scored beside the set that are none of the labels."},
        "outliers_refused": SHARE,
    }
    batch = {"done": COUNT, "accuracy": SHARE, "loss": {"type": "number", "minimum": 0}}
    image = {
        "index": COUNT,
        "true": LABEL,
        "predicted": LABEL,
        "confidence": PROBABILITY,
        "known": {"type": "boolean", "description": "Whether the answer is sure enough, by the model's threshold."},
        "probabilities": array(PROBABILITY, "In the order of `labels`."),
        "image": IMAGE,
    }
    images = {
        "report": LABEL,
        "labels": array(LABEL),
        "order": {"enum": list(ORDERS)},
        "kept": COUNT | {"description": "Images that the report keeps."},
        "n": COUNT | {"description": "Those of them that are asked for."},
        "images": array(record(image), maxItems=LARGEST_PAGE),
        "next": {"type": ["integer", "null"]},
    }
    here = {"name": LABEL, "n": COUNT, "labels": array(LABEL), "part": {"enum": ["test", "all"]}}
    here["problem"] = {"type": ["string", "null"], "description": "Why the set cannot be used, where it cannot."}
    pictures = array({"oneOf": [BASE64, ref("Pixels")]}, minItems=1, maxItems=settings.max_set_images)
    labels = array({"oneOf": [{"type": "string", "minLength": 1, "maxLength": LONGEST_LABEL}, {"type": "integer"}]})
    named = {"type": "string", "description": "The name of a set that `GET /data` lists."}
    normalize = {"type": ["string", "null"], "enum": [None, "true", "predicted", "all"]}
    return {
        "EvaluateRequest": {"oneOf": [record({"images": pictures, "labels": labels}), record({"data": named})]},
        "LabelledSets": record({"data": array(record(here))}),
        "ReportImages": record(images),
        "ConfusionMatrix": record(matrix),
        "NormalizedConfusionMatrix": record(
            matrix | {"normalize": normalize, "shares": array(array(SHARE), "With normalize: the counts as shares.")},
            optional=("shares",),
        ),
        "Report": record(
            summary
            | {
                "crops": OFFSETS,
                "batches": array(record(batch), "One after the other, each by itself; `done`: images up to its end."),
                "calibration": record(calibration),
                "known": record(known, optional=("roc_area", "outliers", "outliers_refused")),
                "macro": record(figures),
                "classes": array(record({"label": LABEL, "n": COUNT, **figures})),
                "confusion_matrix": ref("ConfusionMatrix"),
                "mistakes": array(
                    record({"index": COUNT, "true": LABEL, "predicted": LABEL, "confidence": PROBABILITY}),
                    "The most confident first. The index counts the set's pictures with ink.",
                ),
            },
            optional=("calibration", "known", "batches"),  # reports that an older server kept lack them
        ),
        "Reports": record(
            {"reports": array(record(summary | {"crops": OFFSETS}, optional=("crops",))), "next": {"type": ["string", "null"]}}
        ),
    }
