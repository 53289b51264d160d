"""The table of a network's layers: printed before a fit, kept in the card, shown by "look inside"."""

import math

import keras


def layer_table(model: keras.Model) -> list[dict]:
    """One row a layer, in order: name, kind, output_shape (without the batch), parameters, multiply_adds for one crop."""
    rows = []
    for layer in model.layers:
        shape = list(layer.output.shape[1:])
        rows.append(
            {
                "name": layer.name,
                "kind": type(layer).__name__,
                "output_shape": shape,
                "parameters": layer.count_params(),
                "multiply_adds": multiply_adds(layer, shape),
            }
        )
    return rows


def multiply_adds(layer: keras.Layer, shape: list[int]) -> int:
    """Products summed to answer one example; pooling and activations have none, normalisation one an element."""
    if isinstance(layer, keras.layers.Conv2D):
        return math.prod(layer.kernel.shape[:3]) * math.prod(shape)
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        return math.prod(layer.kernel.shape[:2]) * math.prod(shape)
    if isinstance(layer, keras.layers.Dense):
        return math.prod(layer.kernel.shape)
    if isinstance(layer, keras.layers.BatchNormalization):
        return math.prod(shape)
    return 0


def format_table(rows: list[dict]) -> str:
    """The rows as aligned text with a line of totals."""
    lines = [("layer", "kind", "output", "parameters", "multiply-adds")]
    for row in rows:
        shape = "×".join(map(str, row["output_shape"]))
        lines.append((row["name"], row["kind"], shape, f"{row['parameters']:,}", f"{row['multiply_adds']:,}"))
    totals = (sum(row[key] for row in rows) for key in ("parameters", "multiply_adds"))
    lines.append(("total", "", "", *(f"{total:,}" for total in totals)))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < 3 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
