"""Clients that openapi-python-client generates from a description."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.support.client_environment import client_python

REQUIREMENTS = Path(__file__).parents[1] / "integration" / "server" / "clients" / "generated.txt"
GENERATE = "from openapi_python_client.cli import app; app()"


def run_generated_client(document: dict[str, Any], program: Path, folder: Path, *arguments: object) -> Any:
    """Generate a client into `folder / "client"`, run a program that imports it from there, and return the JSON it prints.

    arguments: of the program, after the client's folder.
    """
    python, path, client = client_python(REQUIREMENTS), folder / "openapi.json", folder / "client"
    path.write_text(json.dumps(document))
    _run(python, "-c", GENERATE, "generate", "--path", path, "--output-path", client)
    return json.loads(_run(python, program, client, *arguments))


def _run(python: Path, *arguments: object) -> str:
    command = [str(word) for word in (python, *arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
