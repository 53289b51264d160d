"""The OpenAPI specification of /explain."""

from typing import Any

from inkling.imaging.normalization import IMAGE_SIDE
from inkling.service.openapi.operation import list_parameter, ok_response, operation, picture_request_body, query_parameter
from inkling.service.openapi.schemas import (
    COUNT,
    IMAGE,
    LABEL,
    OFFSETS,
    PROBABILITY,
    array_schema,
    object_schema,
    picture_schema,
    ref,
)
from server.api.explain.views import MAX_VALUES, SHOW_CHOICES
from server.api.openapi.parameters import CURRENT_VERSION_PARAMETER, MODEL_HEADERS, MODEL_PARAMETER
from server.settings import Settings

CORNER = array_schema(COUNT | {"maximum": IMAGE_SIDE - 1}, minItems=2, maxItems=2)
PAIR = array_schema(COUNT, minItems=2, maxItems=2)
VALUES: dict[str, Any] = {"type": ["array", "null"], "items": {}}
"""Nested arrays of numbers; generators of clients need `items`."""
LARGE = f"Null if it has more than {MAX_VALUES:,} values."
AFFINE = {"oneOf": [{"type": "number"}, array_schema({"type": "number"}, "One per channel.")]}


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    crop = query_parameter("crop", CORNER, "TOP,LEFT of the crop to explain. Default: the center crop.")
    explain = operation(
        "Recognition",
        "Explain the prediction for one picture",
        ok_response("The layers of the network and the occlusion map.", ref("Explanation"), headers=MODEL_HEADERS),
        (400, 404, 411, 413, 415, 422, 503),
        "Returns the activations of every layer for one crop of the image, the kernels and biases, and an occlusion map: how "
        "much each part of the image speaks for or against each label. Each activation can be recomputed from the layer's "
        "inputs, kernel, bias, strides and padding. Takes one picture, in any form that `/predict` takes. Activations and "
        "kernels need a model whose card names the tensors of its layers, as `trainer export` writes it; for others the error "
        "code is `no_layer_outputs`.",
        operationId="explain",
        parameters=[
            MODEL_PARAMETER,
            CURRENT_VERSION_PARAMETER,
            crop | {"style": "form", "explode": False},
            list_parameter("show", SHOW_CHOICES, "Parts of the response. Default: all."),
        ],
        requestBody=picture_request_body(1, "ExplainRequest"),
    )
    return {"/explain": {"post": explain}}


def schemas(settings: Settings) -> dict[str, Any]:
    """The named schemas of this path."""
    required = {
        "name": LABEL | {"description": "Unique within the model."},
        "kind": LABEL | {"description": "The class name in Keras, or Threshold or BoundingBoxPooling."},
        "inputs": array_schema(LABEL, "The layers whose outputs this layer reads."),
        "output_shape": array_schema(COUNT, "[height, width, channels] or [features]."),
        "parameters": COUNT,
        "multiply_adds": COUNT,
    }
    optional = {
        "scale": AFFINE | {"description": "Factor of each input; of the first layer, of each pixel."},
        "offset": AFFINE | {"description": "Added after scaling."},
        "window": PAIR | {"description": "[height, width] of the kernel or pool."},
        "strides": PAIR | {"description": "[vertical, horizontal]"},
        "padding": array_schema(COUNT, "[top, left, bottom, right]: zeros around the input.", minItems=4, maxItems=4),
        "comparison": {
            "enum": [">="],
            "description": "1 where the input compares so with the threshold, else 0.",
        },
        "threshold": {"type": "number"},
        "fit": {
            "type": "number",
            "description": "The share of the bitmap that the longer side of the ink's bounding box fills.",
        },
        "merged": array_schema(LABEL, "Batch normalizations that are merged into this layer's kernel and bias."),
        "activations": VALUES
        | {"description": f"With show=activations: in the shape `output_shape`; values that aren't finite are null. {LARGE}"},
        "kernel": VALUES | {"description": f"With show=kernels: (height, width, in, out) or (in, out). {LARGE}"},
        "bias": {
            "oneOf": [array_schema({"type": "number"}), {"type": "null"}],
            "description": "With show=kernels: one per output.",
        },
    }
    row = array_schema({"type": "number"}, minItems=IMAGE_SIDE, maxItems=IMAGE_SIDE)
    occlusion = {
        "patch": COUNT | {"description": "Pixels per side of the covered patch."},
        "crops": OFFSETS,
        "values": array_schema(
            array_schema(row, minItems=IMAGE_SIDE, maxItems=IMAGE_SIDE),
            "For each label 28×28: the bits by which its log-odds drop when the pixel is covered; below 0 is against it.",
        ),
    }
    explanation = {
        "model": LABEL,
        "labels": array_schema(LABEL),
        "image": IMAGE,
        "crop": CORNER | {"description": "[top, left] of the crop in the image."},
        "probabilities": array_schema(PROBABILITY, "For this crop alone, in the order of `labels`."),
        "known": {"type": "boolean", "description": "Whether the model accepts its answer, by its rejection threshold."},
        "layers": array_schema(
            ref("Layer"),
            "With show=activations or kernels, in the order of computation. The last layer gives the probabilities.",
            minItems=2,
        ),
        "occlusion": object_schema(occlusion, description="With show=occlusion. Zeiler and Fergus 2014."),
    }
    return {
        "ExplainRequest": picture_schema(settings, 1),
        "Layer": object_schema(required | optional, optional=tuple(optional)),
        "Explanation": object_schema(explanation, optional=("layers", "occlusion")),
    }
