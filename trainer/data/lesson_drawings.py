"""The drawings of a lesson as a dataset."""

from collections.abc import Sequence
from pathlib import Path

from inkling.datasets.dataset import Dataset, check_count
from inkling.datasets.stored_drawings import DrawingRecord, dataset_from_drawings
from inkling.errors import InklingError, InvalidDataset
from inkling.limits import Limits
from inkling.service.store.locations import store_url

PREFIX = "lesson:"
"""Prefix of a lesson's ID in a SPEC."""


def is_lesson(spec: str) -> bool:
    """Whether a SPEC names a lesson."""
    return spec.startswith(PREFIX)


def read_lesson(spec: str, limits: Limits) -> Dataset:
    """Read the drawings of a lesson, oldest first, with their strokes if they have any.

    Reads the database that INKLING_STORE names, or the default one. Raises InvalidDataset if there are none.
    """
    from inkling.service.store.database import open_database, parse_store_url  # loaded only for these datasets
    from trainer.store.lesson_drawings import LessonDrawingStore
    from trainer.store.lessons import LessonStore

    address, lesson_id = store_url(), spec.removeprefix(PREFIX)
    url = parse_store_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").expanduser().is_file():
        raise InvalidDataset(f"The database {url.render_as_string()} does not exist, so there are no lessons.")
    engine = open_database(address)
    try:
        LessonStore(engine).get(lesson_id)
        store = LessonDrawingStore(engine)
        check_count(sum(store.count_by_label(lesson_id).values()), limits)
        drawings = list(store.iter_drawings(lesson_id))
    except InklingError as error:
        raise InvalidDataset(str(error)) from error
    finally:
        engine.dispose()
    return dataset_from_lesson(lesson_id, drawings, limits)


def dataset_from_lesson(lesson_id: str, drawings: Sequence[DrawingRecord], limits: Limits) -> Dataset:
    """Stored drawings of a lesson as a dataset. Raises InvalidDataset if there are none."""
    spec = f"{PREFIX}{lesson_id}"
    if not drawings:
        raise InvalidDataset(f"The lesson {lesson_id!a:.80} has no drawings.")
    return dataset_from_drawings(spec, drawings, limits)
