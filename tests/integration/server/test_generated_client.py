"""A client that openapi-python-client generates from /openapi.json."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.client_environment import client_python
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import ServerProcess

pytestmark = pytest.mark.slow

CLIENTS = Path(__file__).parent / "clients"
MODELS = Path(__file__).parents[3] / "models"


def run(*command: object) -> str:
    """Run a program; its standard output."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_generated_client_posts_pictures(tmp_path: Path):
    """Predictions, feedback with a token, and lists, as typed objects."""
    python, document, client, picture = (
        client_python(CLIENTS / "generated.txt"),
        tmp_path / "openapi.json",
        tmp_path / "client",
        tmp_path / "seven.png",
    )
    picture.write_bytes(encode_picture(draw_seven()))
    with ServerProcess(MODELS, tmp_path, "--workers", "1") as server:
        document.write_text(json.dumps(server.get("/openapi.json").body))
        program = "from openapi_python_client.cli import app; app()"
        run(python, "-c", program, "generate", "--path", document, "--output-path", client)
        output = run(python, CLIENTS / "generated.py", f"127.0.0.1:{server.port}", client, picture)
    assert json.loads(output) == {"label": "7", "models": ["digits"], "feedback": "7", "deleted": 1}
