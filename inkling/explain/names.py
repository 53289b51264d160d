"""Names: the layers of a graph called as the card calls them, as far as the two fit."""

from inkling.explain.layer import Layer

COMPUTED_ELSEWHERE = ("BatchNormalization",)
"""Kinds that a conversion folds into the layer before."""

SILENT = ("Dropout", "SpatialDropout2D", "GaussianNoise", "Flatten", "Reshape", "Permute", "InputLayer", *COMPUTED_ELSEWHERE)
"""Kinds of the card that a graph may lack."""

OWN = {"InputLayer": "crop", "Softmax": "softmax", "Share": "share"}


def name_layers(layers: list[Layer], card: list[dict]) -> None:
    """Name layers after those of the card that have the same kind and shape, in their order; others by what they are.

    A normalisation that the graph computes as part of the layer before it is noted there.
    """
    rows = [row for row in card if isinstance(row.get("name"), str) and isinstance(row.get("kind"), str)]
    kinds, at, taken = {layer.kind for layer in layers}, 0, set()
    for position, layer in enumerate(layers):
        skipped = at
        while skipped < len(rows) and not _fits(layer, rows[skipped], kinds) and rows[skipped]["kind"] in SILENT:
            skipped += 1
        if skipped < len(rows) and _fits(layer, rows[skipped], kinds):
            if position:
                passed = rows[at:skipped]
                layers[position - 1].folded += [row["name"] for row in passed if row["kind"] in COMPUTED_ELSEWHERE]
            at, name = skipped + 1, rows[skipped]["name"]
        else:
            name = _own_name(layers, position)
        layer.name = _free(name, taken)
        taken.add(layer.name)


def _fits(layer: Layer, row: dict, kinds: set[str]) -> bool:
    """Whether a row of the card is this layer: of its kind, or of one that no layer has, such as one of its author's own."""
    if row.get("output_shape") != list(layer.shape):
        return False
    return row["kind"] == layer.kind or (row["kind"] not in (kinds | set(SILENT)) and layer.kind == "Threshold")


def _own_name(layers: list[Layer], position: int) -> str:
    layer = layers[position]
    if layer.kind in OWN:
        return OWN[layer.kind]
    if layer.kind == "Rescaling" and position + 1 < len(layers) and layers[position + 1].kind == "Softmax":
        return "temperature"
    if layer.shape == layers[position - 1].shape and position > 1 and layer.inputs == [position - 1]:
        return f"{layers[position - 1].name}_{layer.kind.lower()}"
    return layer.kind.lower()


def _free(name: str, taken: set[str]) -> str:
    number, found = 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
