"""Look into a run that nobody fits at the moment."""

from pathlib import Path
from typing import Any

from trainer.backend.device import prepare
from trainer.runs.run import Run
from trainer.service.api.snapshot_response import shown


def run(inside: Any, path: str, sample: int, **wanted: Any) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """A run's best network at an image of its validation part. Raises BadInput."""
    prepare("cpu")
    from trainer.inspection.finished_run import snapshot_of

    return shown(snapshot_of(Run.open(Path(path)), sample), **wanted)
