"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest


def missing(what: str) -> None:
    """Skip with a reason on a user's machine; fail in CI, where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}: must not be missing in CI")
    pytest.skip(what)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real data sets: INKLING_DATA, or `shared/data` beside the checkout."""
    folder = Path(os.environ.get("INKLING_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        missing("no folder of data sets: set INKLING_DATA")
    return folder


@pytest.fixture(scope="session")
def mnist_folder(data_folder: Path) -> Path:
    """A folder with MNIST's four IDX files, gzipped."""
    folder = data_folder / "mnist"
    if not (folder / "t10k-images-idx3-ubyte.gz").is_file():
        missing("no MNIST: set INKLING_DATA to a folder that holds mnist/")
    return folder
