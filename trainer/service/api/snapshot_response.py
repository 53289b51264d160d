"""A snapshot as it is sent: JSON, or a picture of one array of a layer."""

from typing import Any

import orjson

from trainer.inspection import Snapshot


def shown(snapshot: Snapshot, layer: str | None, what: str | None, values: bool, png: bool) -> dict[str, Any]:
    """The body of an answer. As a picture: the activations of the first layer, unless told another. Raises BadInput."""
    if png:
        return {"body": snapshot.png(layer or snapshot.layers[0].name, what or "activations")}
    return {"body": orjson.dumps(snapshot.to_dict(layer, what, values))}
