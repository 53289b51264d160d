"""Reading labelled sets, with the last one kept: whoever turns pages asks for the same again."""

from functools import lru_cache

from inkling.datasets.dataset import Dataset
from trainer.data.spec import load


@lru_cache(maxsize=1)
def known(spec: str, stamp: str) -> Dataset:  # noqa: ARG001 it tells what was read from what has changed since
    """The set of a spec, as it was at the time of the stamp. Raises an InklingError."""
    return load(spec)
