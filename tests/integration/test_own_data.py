"""docs/own-data.md: its script and its commands, run in an empty folder as the page shows them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.support.server_process import ServerProcess

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "own-data.md"
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SERVER = "server run --models models\n"


def run(block: str, folder: Path) -> list[str]:
    """Run the lines of a block; return what each printed on standard output."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    printed = []
    for line in block.splitlines():
        done = subprocess.run(
            ["bash", "-c", line], cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        printed.append(done.stdout)
    return printed


def test_page(tmp_path: Path) -> None:
    """From the script to the server's report."""
    if not shutil.which("curl"):
        missing("no curl: install the package curl")
    (_, script), *blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    (tmp_path / "make_letters.py").write_text(script, "utf-8")
    commands = [block for _, block in blocks]
    begin = commands.index(SERVER)
    printed = [text for block in commands[:begin] for text in run(block, tmp_path)]
    assert "labels      26" in printed[1]
    assert (tmp_path / "letters.png").is_file()
    with ServerProcess(tmp_path / "models", tmp_path) as server:
        address = f"127.0.0.1:{server.port}"
        predicted, _, report = run("".join(commands[begin + 1 :]).replace("127.0.0.1:8000", address), tmp_path)
    assert json.loads(predicted)["predictions"][0]["label"] == "Q"
    assert json.loads(report)["data"]["n"] == 312
    assert json.loads(report)["accuracy"] > 0.95
