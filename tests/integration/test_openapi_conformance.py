"""schemathesis with all checks and phases against both services, as real processes.

The long run: python -m pytest tests/integration/test_openapi_conformance.py --openapi-cases 2000
"""

import shutil
from pathlib import Path

import pytest

from tests.support.openapi.conformance import ARGUMENTS, ENVIRONMENT, TOKEN, check_conformance
from tests.support.server_process import ServerProcess
from tests.support.trainer_process import TrainerProcess

pytestmark = pytest.mark.slow

MODEL = Path(__file__).parents[2] / "models" / "digits.onnx"
NO_LIMITS = ("--max-queued-jobs", "1000000", "--max-lessons", "1000000")
"""Full stores would answer everything that follows with an error."""

SHORT_RUN = 100
"""Test cases per operation up to which all operations of the trainer share a store."""


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> int:
    """Test cases per operation in the fuzzing phase."""
    return request.config.getoption("--openapi-cases")


def test_server(tmp_path: Path, cases: int):
    """Nothing is found in the inference service."""
    (tmp_path / "models").mkdir()
    shutil.copy(MODEL, tmp_path / "models")
    with ServerProcess(tmp_path / "models", tmp_path, "--workers", "1", *ARGUMENTS, **ENVIRONMENT) as service:
        check_conformance(f"http://127.0.0.1:{service.port}", cases, tmp_path)


def start_trainer(folder: Path) -> TrainerProcess:
    """A trainer service with an empty store."""
    arguments = ("--warm-workers", "0", *NO_LIMITS, *ARGUMENTS)
    return TrainerProcess(folder, *arguments, **ENVIRONMENT, INKLING_DATA=str(folder))


def test_trainer(tmp_path: Path, cases: int):
    """Nothing is found in the trainer service.

    In a long run each operation has an empty store: the lists of thousands of jobs and lessons would take most of the time.
    """
    with start_trainer(tmp_path / "all") as service:
        paths = service.request("GET", "/openapi.json", Authorization=f"Bearer {TOKEN}").body["paths"]
        check_conformance(f"http://127.0.0.1:{service.port}", min(cases, SHORT_RUN), tmp_path)
    operations = [each["operationId"] for path in paths.values() for each in path.values() if "operationId" in each]
    for operation in operations if cases > SHORT_RUN else []:
        with start_trainer(tmp_path / operation) as service:
            only = ("--include-operation-id", operation, "--phases", "fuzzing")
            check_conformance(f"http://127.0.0.1:{service.port}", cases, tmp_path, *only)
