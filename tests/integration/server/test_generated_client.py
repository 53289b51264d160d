"""A client that openapi-python-client generates from the server's /openapi.json."""

from pathlib import Path

import pytest

from tests.support.generated_client import run_generated_client
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import ServerProcess

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).parent / "clients" / "generated.py"
MODELS = Path(__file__).parents[3] / "models"


def test_generated_client_posts_pictures(tmp_path: Path):
    """Predictions, feedback with a token, and lists, as typed objects."""
    picture = tmp_path / "seven.png"
    picture.write_bytes(encode_picture(draw_seven()))
    with ServerProcess(MODELS, tmp_path, "--workers", "1") as server:
        document = server.get("/openapi.json").body
        found = run_generated_client(document, PROGRAM, tmp_path, f"127.0.0.1:{server.port}", picture)
    assert found == {"label": "7", "models": ["digits"], "feedback": "7", "deleted": 1}
