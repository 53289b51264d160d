"""Reading of datasets. The last one stays in memory, since clients request page after page."""

from functools import lru_cache

from inkling.datasets.dataset import Dataset
from trainer.data.spec import load


@lru_cache(maxsize=1)
def read_dataset(spec: str, signature: str) -> Dataset:  # noqa: ARG001 part of the cache key: a changed dataset is read again
    """The dataset of a spec. Raises an InklingError."""
    return load(spec)
