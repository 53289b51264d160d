"""Publish a run: export it into the models folder that the server watches."""

import tempfile
from pathlib import Path

from inkling.models.repository import ModelRepository
from trainer.runs.run import Run


def publish_run(run: Run, models: Path, name: str, canary: float | None = None) -> Path:
    """Export a finished run, publish it as `name`, and return the path. The previous version is kept for a rollback.

    canary: publish it as a candidate with this share of the requests, and keep the current version. Raises what `export` and
    `ModelRepository.publish_as` raise; the published model then stays as it is.
    """
    from trainer.export.exporter import export  # loads onnx

    repository = ModelRepository(models)
    path = repository.path(name)  # an invalid name is refused before the work
    with tempfile.TemporaryDirectory(prefix="inkling-") as folder:
        return repository.publish_as(export(run, Path(folder) / path.name), name, canary)
