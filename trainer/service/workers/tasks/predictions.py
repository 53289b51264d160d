"""Predictions of a run that is not being fitted."""

from pathlib import Path
from typing import Any

import orjson

from trainer.backend.device import prepare_backend
from trainer.inspection.request import PageRequest
from trainer.runs.run import Run


def run(runner: Any, path: str, begin: int, limit: int) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """A page of predictions for validation images, by the run's best weights. Raises InvalidInput."""
    prepare_backend("cpu")
    from trainer.inspection.finished_run import predict_page

    return {"body": orjson.dumps(predict_page(Run.open(Path(path)), PageRequest(begin, limit)).to_dict())}
