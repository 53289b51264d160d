"""The drawings of the server's feedback, with their correct labels, as a dataset."""

from pathlib import Path

from inkling.datasets.dataset import Dataset, check_count
from inkling.datasets.stored_drawings import dataset_from_drawings
from inkling.errors import InvalidDataset
from inkling.limits import Limits
from inkling.service.store.locations import STORE_VARIABLE, store_url

NAME = "feedback"


def read_feedback(limits: Limits) -> Dataset:
    """Read the drawings of the server's feedback, oldest first, with their strokes if they have any.

    Reads the database that INKLING_STORE names, or the default one. Raises InvalidDataset if it has no feedback.
    """
    from inkling.service.store.database import open_database, parse_store_url  # loaded only for this dataset
    from inkling.service.store.feedback import FeedbackStore

    address = store_url()
    url = parse_store_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").expanduser().is_file():
        raise _no_feedback(url.render_as_string())
    engine = open_database(address)
    try:
        feedback = FeedbackStore(engine, max_drawings=0)
        count = feedback.count()
        check_count(count, limits)
        if not count:
            raise _no_feedback(url.render_as_string())
        return dataset_from_drawings(NAME, feedback.iter_drawings(), limits)
    finally:
        engine.dispose()


def _no_feedback(address: str) -> InvalidDataset:
    return InvalidDataset(
        f"There is no feedback in the database {address}. Send drawings to POST /feedback, or set {STORE_VARIABLE} to the "
        "server's database."
    )
