"""Look into a run that nobody fits at the moment."""

from pathlib import Path
from typing import Any

from trainer.backend.device import prepare_backend
from trainer.runs.run import Run
from trainer.service.api.snapshot_response import shown


def run(inside: Any, path: str, sample: int, **wanted: Any) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """A run's best network at an image of its validation part. Raises BadInput."""
    prepare_backend("cpu")
    from trainer.inspection.finished_run import take_snapshot

    return shown(take_snapshot(Run.open(Path(path)), sample), **wanted)
