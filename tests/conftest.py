"""Fixtures for all tests, and their order."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkling.service.store.database import metadata, open_database
from tests.support import postgres

pytest_plugins = ("tests.support.server_fixtures", "tests.support.trainer_fixtures")


SLOWEST_FIRST = ("integration/trainer", "browser", "integration", "unit", "repository")
"""Folders of tests in the order in which they are started, so that no worker waits long for the last one."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the size of the test of OpenAPI conformance."""
    help_text = "test cases per operation in tests/integration/test_openapi_conformance.py"
    parser.addoption("--openapi-cases", type=int, default=10, help=help_text)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order tests by folder, and let pytest-xdist run each file in one worker, which shares its fixtures."""
    folders = [Path(__file__).parent / folder for folder in SLOWEST_FIRST]
    items.sort(key=lambda item: next((rank for rank, folder in enumerate(folders) if item.path.is_relative_to(folder)), 0))
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


def missing(what: str) -> None:
    """Skip with a reason on a user's machine; fail in CI, where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}: must not be missing in CI")
    pytest.skip(what)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of datasets: INKLING_DATA, or `shared/data` next to the checkout."""
    folder = Path(os.environ.get("INKLING_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        missing("no datasets: set INKLING_DATA")
    return folder


@pytest.fixture(scope="session")
def mnist_folder(data_folder: Path) -> Path:
    """A folder with MNIST's four IDX files, gzipped."""
    folder = data_folder / "mnist"
    if not (folder / "t10k-images-idx3-ubyte.gz").is_file():
        missing("no MNIST: set INKLING_DATA to a folder that holds mnist/")
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL server started for the tests."""
    if not (postgres.find_program("initdb") and postgres.find_program("pg_ctl")):
        missing("no PostgreSQL: initdb and pg_ctl are neither in PATH nor in /usr/lib/postgresql")
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_address(postgres_server: postgres.PostgresServer) -> str:
    """The URL of its database."""
    return postgres_server.address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'folder' / 'store.db'}"
    address = request.getfixturevalue("postgres_address")
    engine = open_database(address)
    metadata.drop_all(engine)
    engine.dispose()
    return address
