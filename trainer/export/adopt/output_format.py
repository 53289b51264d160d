"""What a classifier from elsewhere returns: which output, and whether it holds probabilities or logits."""

from typing import TYPE_CHECKING

import numpy as np

from inkling.errors import InvalidInput, InvalidModel

if TYPE_CHECKING:
    import onnx

SUM_TOLERANCE = 1e-3


def choose_output(model: "onnx.ModelProto", given: str | None, labels: int) -> str:
    """Return the name of the output with one number per label. Raises InvalidInput if several could be meant."""
    outputs = {value.name: value for value in model.graph.output}
    if given is not None and given not in outputs:
        raise InvalidInput(f"The graph has no output {given!r:.40}. Outputs: {', '.join(outputs)}.")
    if given is None and len(outputs) != 1:
        raise InvalidInput(
            f"The graph has several outputs: {', '.join(outputs)}. Choose the one of the labels with --output-name."
        )
    value = outputs[given] if given is not None else model.graph.output[0]
    if not value.type.HasField("tensor_type"):
        raise InvalidModel(f"The output {value.name} isn't a tensor. Export the model without a map of labels (ZipMap).")
    sizes = [dim.dim_value for dim in value.type.tensor_type.shape.dim][1:]
    found = int(np.prod(sizes)) if sizes and all(sizes) else labels
    if found != labels:
        raise InvalidInput(f"The graph has {found} outputs, but there are {labels} labels.")
    return value.name


def detect_output_kind(outputs: np.ndarray) -> str:
    """Tell from the graph's outputs, float32 (n, labels), whether they are probabilities or logits.

    Raises InvalidInput for values that may be either, such as those of sigmoids.
    """
    if (outputs < 0).any() or (outputs > 1 + SUM_TOLERANCE).any():
        return "logits"
    if (np.abs(outputs.sum(1) - 1) <= SUM_TOLERANCE).all():
        return "probabilities"
    raise InvalidInput(
        "The graph's outputs are between 0 and 1 but don't sum to 1. Give --output scores if they are independent scores, such "
        "as those of sigmoids, or --output logits."
    )
