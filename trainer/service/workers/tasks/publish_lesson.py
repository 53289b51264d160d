"""Export what a lesson's network knows, through every gate, and put the model into the folder that the server serves."""

import tempfile
from pathlib import Path
from typing import Any

from inkling.models.repository import ModelRepository
from trainer.backend.device import prepare_backend
from trainer.data.lesson_drawings import PREFIX
from trainer.data.spec import load
from trainer.export.publish import publish
from trainer.service.workers.tasks.publish import told_of


def run(inside: Any, number: str, models: str, name: str) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """What tells the published model from others. Raises BadData where the lesson has no drawings to measure it by."""
    ModelRepository(Path(models)).path(name)  # a name that is none is refused before TensorFlow is loaded
    lesson, drawn = _lesson(number), load(f"{PREFIX}{number}")
    prepare_backend("cpu")
    from trainer.lessons.run_folder import check_taught, write_run

    with tempfile.TemporaryDirectory(prefix="inkling-") as folder:
        from trainer.export.exporter import export

        made = export(write_run(lesson, drawn, Path(folder) / "run"), Path(folder) / f"{name}.onnx")
        check_taught(made, lesson, drawn)
        return told_of(publish(made, Path(models), name))


def _lesson(number: str) -> dict[str, Any]:
    from inkling.service.store.database import open_database
    from inkling.service.store.locations import store_url
    from trainer.store.lessons import LessonStore

    engine = open_database(store_url())
    try:
        return LessonStore(engine).get(number)
    finally:
        engine.dispose()
