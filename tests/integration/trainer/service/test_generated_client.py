"""A client that openapi-python-client generates from the trainer's /openapi.json."""

from pathlib import Path

import pytest

from tests.support.generated_client import run_generated_client
from tests.support.pictures import draw_seven, encode_picture
from tests.support.trainer_process import TrainerProcess

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).parent / "clients" / "generated.py"


def test_generated_client_trains_a_lesson(tmp_path: Path):
    """A lesson that is trained on a picture, a job, and lists, as typed objects."""
    picture = tmp_path / "seven.png"
    picture.write_bytes(encode_picture(draw_seven()))
    with TrainerProcess(tmp_path, "--warm-workers", "0") as service:
        document = service.request("GET", "/openapi.json").body
        found = run_generated_client(document, PROGRAM, tmp_path, f"127.0.0.1:{service.port}", picture)
    assert found == {
        "labels": ["seven", "other"],
        "trained": "seven",
        "steps": 200,
        "is_learned": True,
        "predicted": "seven",
        "deleted": 204,
        "jobs": ["generated"],
    }
