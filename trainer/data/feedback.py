"""Feedback: the drawings that people sent to the server with their right labels, as a labelled set."""

from pathlib import Path

from inkling.datasets.dataset import LabelledSet, check_count
from inkling.datasets.stored_drawings import kept_set
from inkling.errors import BadData
from inkling.limits import Limits
from inkling.service.store.locations import VARIABLE, store_address

NAME = "feedback"


def read_feedback(limits: Limits) -> LabelledSet:
    """The drawings of the server's store, oldest first, with their strokes where they came as such.

    The store is the one that INKLING_STORE names, or the server's default one. Raises BadData where it holds none.
    """
    from inkling.service.store.database import open_database, parse_address  # a driver that only this set should cost
    from inkling.service.store.feedback import Feedback

    address = store_address()
    url = parse_address(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database).expanduser().is_file():
        raise _none(url.render_as_string())
    engine = open_database(address)
    try:
        feedback = Feedback(engine, most=0)
        count = feedback.count()
        check_count(count, limits)
        if not count:
            raise _none(url.render_as_string())
        return kept_set(NAME, feedback.drawings(), limits)
    finally:
        engine.dispose()


def _none(address: str) -> BadData:
    return BadData(
        f"Expected drawings of feedback in the store that {VARIABLE} names. Received {address}, which holds none: "
        "POST /feedback keeps them."
    )
