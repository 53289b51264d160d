"""/explain: its path and its schemas."""

from typing import Any

from inkling.explain.ops import COMPARISONS
from inkling.imaging.normalization import IMAGE_SIDE
from server.api.explain.views import MOST_VALUES, SHOWN
from server.api.openapi.operation import MODEL, VERSIONED, answer, operation, picture_bodies, query, some
from server.api.openapi.schemas import COUNT, IMAGE, LABEL, OFFSETS, PROBABILITY, array, record, ref

CORNER = array(COUNT | {"maximum": IMAGE_SIDE - 1}, minItems=2, maxItems=2)
PAIR = array(COUNT, minItems=2, maxItems=2)
VALUES = {"type": ["array", "null"]}
LARGE = f"Null where it holds more than {MOST_VALUES:,} numbers."
AFFINE = {"oneOf": [{"type": "number"}, array({"type": "number"}, "One a channel.")]}


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    corner = query("crop", CORNER, "TOP,LEFT of the window that is explained; the centre one where it is left out.")
    explain = operation(
        "Reading",
        "Explain the answer to one picture",
        answer("What the network makes of it.", ref("Explanation"), headers=VERSIONED),
        (400, 404, 411, 413, 415, 422, 503),
        "What every layer of the network makes of one window of the image, as the file's graph computes it; the kernels; and "
        "where on the image the evidence for and against each label lies. From a layer's inputs, kernel, bias, strides and "
        "padding each of its outputs can be computed again. One picture, in every form that `/predict` takes.",
        operationId="explain",
        parameters=[
            MODEL,
            corner | {"style": "form", "explode": False},
            some("show", SHOWN, "What to tell; all of it where it is left out."),
        ],
        requestBody=picture_bodies(1, "ExplainRequest"),
    )
    return {"/explain": {"post": explain}}


def schemas() -> dict[str, Any]:
    """Every named schema of this path."""
    always = {
        "name": LABEL | {"description": "As in the model's card, where it has that layer."},
        "kind": LABEL | {"description": "As Keras calls it, or the graph's own operation where it is none of those known."},
        "inputs": array(LABEL, "The layers that it reads."),
        "output_shape": array(COUNT, "[height, width, channels] or [features]."),
        "parameters": COUNT,
        "multiply_adds": COUNT,
    }
    rule = {
        "scale": AFFINE | {"description": "What each input is multiplied with; of the first layer, each pixel."},
        "offset": AFFINE | {"description": "What is added then."},
        "window": PAIR | {"description": "[height, width]"},
        "strides": PAIR | {"description": "[down, across]"},
        "padding": array(
            COUNT, "[top, left, bottom, right]: rows and columns of nothing round the input.", minItems=4, maxItems=4
        ),
        "padding_counts": {"const": True, "description": "A mean counts the padding as zeros."},
        "dilations": PAIR | {"description": "Steps between what a window sees; 1 where they are left out."},
        "groups": COUNT | {"description": "Parts of the channels that are convolved apart; 1 where it is left out."},
        "comparison": {"enum": list(COMPARISONS.values())},
        "threshold": {"type": "number", "description": "1 where an input compares so with it, else 0."},
        "least": {"type": "number", "description": "Inputs are divided by their sum, at least this."},
        "folded": array(LABEL, "Normalisations of the card that the graph computes with this layer's kernel and bias."),
        "activations": VALUES
        | {"description": f"With show=activations: of `output_shape`; null for what is no number. {LARGE}"},
        "kernel": VALUES | {"description": f"With show=kernels: (height, width, in, out) or (in, out). {LARGE}"},
        "bias": {"oneOf": [array({"type": "number"}), {"type": "null"}], "description": "With show=kernels, one an output."},
    }
    row = array({"type": "number"}, minItems=IMAGE_SIDE, maxItems=IMAGE_SIDE)
    evidence = {
        "patch": COUNT | {"description": "Side of what was covered with paper, in pixels."},
        "crops": OFFSETS,
        "values": array(
            array(row, minItems=IMAGE_SIDE, maxItems=IMAGE_SIDE),
            "For each label 28×28: by how many bits its log-odds drop where the image is covered; below 0 is against it.",
        ),
    }
    explanation = {
        "model": LABEL,
        "labels": array(LABEL),
        "image": IMAGE,
        "crop": CORNER | {"description": "[top, left] of the window in the image."},
        "probabilities": array(PROBABILITY, "Of this window alone, in the order of `labels`."),
        "known": {"type": "boolean", "description": "Whether they are sure enough, by the model's threshold."},
        "layers": array(ref("Layer"), "In the order in which they are computed. The last are the probabilities.", minItems=2),
        "evidence": record(evidence, description="With show=evidence. Zeiler and Fergus 2014."),
    }
    return {
        "Layer": record(always | rule, optional=tuple(rule)),
        "Explanation": record(explanation, optional=("evidence",)),
    }
