"""Export of a lesson's network and its publication to the server's models folder."""

import tempfile
from pathlib import Path
from typing import Any

from inkling.models.repository import ModelRepository
from trainer.backend.device import prepare_backend
from trainer.data.lesson_drawings import PREFIX
from trainer.data.spec import load
from trainer.service.workers.tasks.publish import describe_model


def run(runner: Any, lesson_id: str, models: str, name: str) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """Export and publish; return the model's properties. Raises InvalidDataset if the lesson has no drawings."""
    repository = ModelRepository(Path(models))
    repository.path(name)  # an invalid name is refused before TensorFlow is loaded
    lesson, dataset = _read_lesson(lesson_id), load(f"{PREFIX}{lesson_id}")
    prepare_backend("cpu")
    from trainer.lessons.run_folder import check_export, write_run

    with tempfile.TemporaryDirectory(prefix="inkling-") as folder:
        from trainer.export.exporter import export

        exported = export(write_run(lesson, dataset, Path(folder) / "run"), Path(folder) / f"{name}.onnx")
        check_export(exported, lesson, dataset)
        return describe_model(repository.publish(exported, name), name)


def _read_lesson(lesson_id: str) -> dict[str, Any]:
    from inkling.service.store.database import open_database
    from inkling.service.store.locations import store_url
    from trainer.store.lessons import LessonStore

    engine = open_database(store_url())
    try:
        return LessonStore(engine).get(lesson_id)
    finally:
        engine.dispose()
