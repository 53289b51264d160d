"""Lessons: the drawings that networks of the trainer service were taught with, as labelled sets."""

from collections.abc import Sequence
from pathlib import Path

from inkling.datasets.dataset import LabelledSet, check_count
from inkling.datasets.stored_drawings import Kept, kept_set
from inkling.errors import BadData, InklingError
from inkling.limits import Limits
from inkling.service.store.locations import store_address

PREFIX = "lesson:"
"""Before a lesson's ID, where data is named."""


def is_lesson(spec: str) -> bool:
    """Whether a SPEC names a lesson."""
    return spec.startswith(PREFIX)


def read_lesson(spec: str, limits: Limits) -> LabelledSet:
    """The drawings of a lesson, oldest first, with their strokes where they came as such.

    They are in the store that INKLING_STORE names, or the default one. Raises BadData where there are none.
    """
    from inkling.service.store.database import open_database, parse_address  # a driver that only these sets should cost
    from trainer.store.lesson_drawings import KeptDrawings
    from trainer.store.lessons import KeptLessons

    address, number = store_address(), spec.removeprefix(PREFIX)
    url = parse_address(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database).expanduser().is_file():
        raise BadData(f"Expected a store with lessons. Received {url.render_as_string()}, which is not there.")
    engine = open_database(address)
    try:
        KeptLessons(engine).get(number)
        kept = KeptDrawings(engine)
        check_count(sum(kept.counts(number).values()), limits)
        drawings = list(kept.all(number))
    except InklingError as error:
        raise BadData(str(error)) from error
    finally:
        engine.dispose()
    return set_of(number, drawings, limits)


def set_of(number: str, drawings: Sequence[Kept], limits: Limits) -> LabelledSet:
    """The drawings of a lesson, as the store keeps them, as a labelled set. Raises BadData where there are none."""
    spec = f"{PREFIX}{number}"
    if not drawings:
        raise BadData(f"Expected a lesson with drawings. Received {spec!a:.80}, which holds none.")
    return kept_set(spec, drawings, limits)
