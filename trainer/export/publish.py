"""Publish a run: export it into the models folder that the server watches."""

import tempfile
from pathlib import Path

from inkling.models.repository import ModelRepository
from trainer.runs.run import Run


def publish_run(run: Run, models: Path, name: str) -> Path:
    """Export a finished run, publish it as `name`, and return the path. The previous version is kept for a rollback.

    Raises what `export` and `ModelRepository.publish` raise; the published model then stays as it is.
    """
    from trainer.export.exporter import export  # loads onnx

    repository = ModelRepository(models)
    path = repository.path(name)  # an invalid name is refused before the work
    with tempfile.TemporaryDirectory(prefix="inkling-") as folder:
        return repository.publish(export(run, Path(folder) / path.name), name)
