"""schemathesis with all checks and phases against both services, as real processes.

The long run: python -m pytest tests/integration/test_openapi_conformance.py --openapi-cases 2000
"""

import shutil
from pathlib import Path

import pytest

from tests.support.openapi.conformance import ARGUMENTS, ENVIRONMENT, check_conformance
from tests.support.server_process import ServerProcess
from tests.support.trainer_process import TrainerProcess

pytestmark = pytest.mark.slow

MODEL = Path(__file__).parents[2] / "models" / "digits.onnx"
NO_LIMITS = ("--max-queued-jobs", "1000000", "--max-lessons", "1000000")
"""Full stores would answer everything that follows with an error."""


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


def test_trainer(tmp_path: Path, cases: int):
    """Nothing is found in the trainer service."""
    arguments = ("--warm-workers", "0", *NO_LIMITS, *ARGUMENTS)
    with TrainerProcess(tmp_path, *arguments, **ENVIRONMENT, INKLING_DATA=str(tmp_path)) as service:
        check_conformance(f"http://127.0.0.1:{service.port}", cases, tmp_path)
