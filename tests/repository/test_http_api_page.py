"""docs/http-api.md: its error codes and its examples."""

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing
from tests.support.dataset_files import drawings, labels, write_idx_pair
from tests.support.digit_fixtures import rasterize_digits, write_digits
from tests.support.generated_tables import DOCS, error_table
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import ServerProcess

PAGE = (DOCS / "http-api.md").read_text("utf-8")
MODELS = Path(__file__).parents[2] / "models"
EXAMPLE = re.compile(r"^```sh\n(.*?)^```\n(?:(?:(?!^```).)*?^```json\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"
FAILING = {"/models/digits/rollback": 409, "-X PUT": 404, "-d seven": 415}
"""Examples of errors."""


def test_error_codes_are_generated():
    """The table equals the one generated from the error classes."""
    assert PAGE.split("<!-- errors:begin -->")[1].split("<!-- errors:end -->")[0].strip() == error_table().strip()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with the shipped model, and the pictures of the examples in its folder."""
    if not shutil.which("curl"):
        missing("curl is not installed")
    folder = tmp_path_factory.mktemp("examples")
    (folder / "seven.png").write_bytes(encode_picture(draw_seven()))
    (folder / "number.png").write_bytes(encode_picture(rasterize_digits(write_digits("2026"), 80)))
    for prefix in ("train-", "t10k-"):
        write_idx_pair(drawings(4), labels(4), folder / "mnist", prefix, packed=True)
    with ServerProcess(MODELS, folder, "--workers", "1", "--data", str(folder)) as server:
        yield server


def test_examples(server: ServerProcess):
    """Each curl command succeeds, and its response has the fields of the example below it, in order of the page."""
    folder = server.log.parent
    examples = EXAMPLE.findall(PAGE)
    assert len(examples) > 10
    for commands, expected in examples:
        responses = [_run(line, server, folder) for line in commands.splitlines()]
        for document in _documents(expected):
            assert any(_has_fields(response, document) for response in responses), commands


def _run(command: str, server: ServerProcess, folder: Path) -> Any:
    """The response's JSON, or its text."""
    words = shlex.split(command.replace(ADDRESS, f"http://{server.host}:{server.port}"))
    assert words[0] == "curl"
    done = subprocess.run([*words, "-sS", "-w", "\n%{http_code}"], cwd=folder, capture_output=True, text=True, check=True)
    body, status = done.stdout.rsplit("\n", 1)
    expected = next((code for part, code in FAILING.items() if part in " ".join(words)), None)
    assert int(status) == expected if expected else status in ("200", "201"), done.stdout
    try:
        return json.loads(body)
    except ValueError:
        return [json.loads(line) for line in body.splitlines()] if body.startswith("{") else body


def _documents(text: str) -> list[Any]:
    """The JSON values of an example."""
    decoder, found, text = json.JSONDecoder(), [], text.strip()
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].strip()
    return found


def _has_fields(actual: Any, documented: Any) -> bool:
    """Whether the response, or a line of it, has the documented fields, with values of the same types."""
    if documented == "…":
        return True
    if isinstance(actual, list) and isinstance(documented, dict):
        return any(_has_fields(each, documented) for each in actual)
    if isinstance(documented, dict):
        return isinstance(actual, dict) and all(
            key == "…" or (key in actual and _has_fields(actual[key], value)) for key, value in documented.items()
        )
    if isinstance(documented, list):
        return isinstance(actual, list) and all(
            each == "…" or any(_has_fields(other, each) for other in actual) for each in documented
        )
    return type(actual) is type(documented)
