"""Inspection of a run that is not being fitted."""

from pathlib import Path
from typing import Any

import orjson

from trainer.backend.device import prepare_backend
from trainer.inspection.snapshot import Snapshot
from trainer.runs.run import Run


def run(runner: Any, path: str, sample: int, **view: Any) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """A snapshot of a run's best network for one validation image. Raises InvalidInput."""
    prepare_backend("cpu")
    from trainer.inspection.finished_run import take_snapshot

    return encode_snapshot(take_snapshot(Run.open(Path(path)), sample), **view)


def encode_snapshot(snapshot: Snapshot, layer: str | None, array: str | None, values: bool, png: bool) -> dict[str, Any]:
    """A snapshot as JSON, or one array of one layer as PNG, by default the first layer's activations. Raises InvalidInput."""
    if png:
        return {"body": snapshot.png(layer or snapshot.layers[0].name, array or "activations")}
    return {"body": orjson.dumps(snapshot.to_dict(layer, array, values))}
