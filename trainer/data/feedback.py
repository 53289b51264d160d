"""Feedback: the drawings that people sent to the server with their right labels, as a labelled set."""

from pathlib import Path

from server.inference.errors import BadData
from server.inference.keeping import kept_set
from server.inference.labelled.labelled_set import LabelledSet, check_count
from server.inference.limits import Limits
from server.store.place import VARIABLE, store_address

NAME = "feedback"


def read_feedback(limits: Limits) -> LabelledSet:
    """The drawings of the server's store, oldest first, with their strokes where they came as such.

    The store is the one that INKLING_STORE names, or the server's default one. Raises BadData where it holds none.
    """
    from server.store.database import open_database, parse_address  # a driver that only this set should cost
    from server.store.feedback import Feedback

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
