"""Publish: an exported model -> the folder that the server serves, which takes it up by itself."""

import tempfile
from pathlib import Path

from inkling.models.repository import ModelRepository
from trainer.runs.run import Run


def publish(exported: Path, models: Path, name: str) -> Path:
    """Put a copy of an exported model into the folder of models as `name`, and give its place.

    It loads and answers before it is renamed into place, and what stood there is kept as a version to go back to. Raises
    BadInput for a name that is none, such as a path, BadModel, InUse beside another publish of the name, and NotWritten
    where the disk is full; then what stood there stays.
    """
    return ModelRepository(models).publish(exported, name)


def publish_run(run: Run, models: Path, name: str) -> Path:
    """Export a finished run through every gate of `export` and publish it. Raises as `export` and as `publish`."""
    from trainer.export.exporter import export  # needs TensorFlow

    place = ModelRepository(models).path(name)  # a name that is none is refused before the work
    with tempfile.TemporaryDirectory(prefix="inkling-") as folder:
        return publish(export(run, Path(folder) / place.name), models, name)
