"""Feedback: the drawings that people sent to the server with their right labels, as a labelled set."""

from pathlib import Path

from inkling.datasets.dataset import Dataset, check_count
from inkling.datasets.stored_drawings import dataset_from_drawings
from inkling.errors import InvalidDataset
from inkling.limits import Limits
from inkling.service.store.locations import STORE_VARIABLE, store_url

NAME = "feedback"


def read_feedback(limits: Limits) -> Dataset:
    """The drawings of the server's store, oldest first, with their strokes where they came as such.

    The store is the one that INKLING_STORE names, or the server's default one. Raises BadData where it holds none.
    """
    from inkling.service.store.database import open_database, parse_store_url  # a driver that only this set should cost
    from inkling.service.store.feedback import FeedbackStore

    address = store_url()
    url = parse_store_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database).expanduser().is_file():
        raise _none(url.render_as_string())
    engine = open_database(address)
    try:
        feedback = FeedbackStore(engine, max_drawings=0)
        count = feedback.count()
        check_count(count, limits)
        if not count:
            raise _none(url.render_as_string())
        return dataset_from_drawings(NAME, feedback.iter_drawings(), limits)
    finally:
        engine.dispose()


def _none(address: str) -> InvalidDataset:
    return InvalidDataset(
        f"Expected drawings of feedback in the store that {STORE_VARIABLE} names. Received {address}, which holds none: "
        "POST /feedback keeps them."
    )
