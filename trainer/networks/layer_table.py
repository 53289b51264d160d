"""The table of a network's layers: printed before a fit, stored in the model card."""

import math
from typing import Any

import keras


def layer_table(model: keras.Model) -> list[dict[str, Any]]:
    """Return one row per layer, in order: name, kind, output_shape (without the batch), parameters, multiply_adds per crop."""
    rows = []
    for layer in model.layers:
        shape = list(layer.output.shape[1:])
        rows.append(
            {
                "name": layer.name,
                "kind": type(layer).__name__,
                "output_shape": shape,
                "parameters": layer.count_params(),
                "multiply_adds": count_multiply_adds(layer, shape),
            }
        )
    return rows


def count_multiply_adds(layer: keras.Layer, shape: list[int]) -> int:
    """Count the multiply-adds for one crop: 0 for pooling and activations, one per element for batch normalization."""
    if isinstance(layer, keras.layers.Conv2D):
        return math.prod(layer.kernel.shape[:3]) * math.prod(shape)
    if isinstance(layer, keras.layers.Dense):
        return math.prod(layer.kernel.shape)
    if isinstance(layer, keras.layers.BatchNormalization):
        return math.prod(shape)
    return 0


def format_table(rows: list[dict[str, Any]]) -> str:
    """Format the rows as aligned text, with a last line of totals."""
    lines = [("layer", "kind", "output", "parameters", "multiply-adds")]
    for row in rows:
        shape = "×".join(map(str, row["output_shape"]))
        lines.append((row["name"], row["kind"], shape, f"{row['parameters']:,}", f"{row['multiply_adds']:,}"))
    parameters, multiply_adds = (sum(row[key] for row in rows) for key in ("parameters", "multiply_adds"))
    lines.append(("total", "", "", f"{parameters:,}", f"{multiply_adds:,}"))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 3 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
