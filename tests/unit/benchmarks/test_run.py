"""Every benchmark, run with the least of everything; no second is judged."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES
from benchmarks.harness import results_file
from benchmarks.peer_systems.framework import EVERY
from benchmarks.wsgi_servers import wsgi_servers
from tests.browser.chromium import find_chromium
from tests.conftest import missing
from tests.support.fake_model import write_fake_model
from tests.unit.benchmarks.assertions import assert_section

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A model that answers in microseconds."""
    return write_fake_model(tmp_path_factory.mktemp("model") / "digits.onnx")


def run(*words: str) -> subprocess.CompletedProcess:
    """Run the benchmarks' command."""
    command = [sys.executable, "-m", "benchmarks", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_runs(name: str, model: Path, tmp_path: Path):
    """A benchmark ends well with data that need no network, and writes a section of the right form into its file."""
    if name == "page" and find_chromium() is None:
        missing("no Chromium: install the package chromium")
    file = tmp_path / "RESULTS.md"
    done = run(name, "--quick", "--model", str(model), "--results", str(file), "--peers", str(tmp_path / "peers"))
    assert done.returncode == 0, done.stderr
    sections = results_file.read_sections(file)
    assert list(sections) == [name]
    assert_section(name, sections[name])
    assert str(tmp_path) not in file.read_text("utf-8")
    if name == "wsgi":
        assert_every_server_is_named(sections[name])
    if name == "peers":
        assert not (tmp_path / "peers").exists()
        assert all(peer.name in sections[name] for peer in EVERY)


def assert_every_server_is_named(text: str) -> None:
    """Each server has a row in both tables, and is shown as missing where it is."""
    for server in wsgi_servers():
        lines = [line for line in text.splitlines() if line.startswith(f"| {server.name} ")]
        assert len(lines) == 2, server.name
        assert ("missing" in lines[0]) == (server.version is None)


@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
def test_both_clients_agree_that_a_server_answers(model: Path):
    """wrk and our own client both count answers, none of them failed, and latencies in order."""
    from benchmarks.harness import python_client, wrk
    from benchmarks.harness.pictures import small_png
    from benchmarks.harness.request import Request, predict_request
    from benchmarks.harness.server_process import inkling_command, running_inkling

    with running_inkling(inkling_command(workers=1), model) as served:
        for make in (python_client.run, wrk.run):
            fine = make(served.port, predict_request("small", small_png()), 2, 1)
            assert fine.answered > 0
            assert fine.failed == 0
            assert 0 < fine.p50 <= fine.p99
            bad = make(served.port, Request("bad", "GET", "/nowhere"), 2, 1)
            assert bad.failed == bad.answered > 0
        counted = python_client.run(served.port, predict_request("small", small_png()), 3, 0, count=10)
        assert (counted.answered, counted.failed) == (10, 0)


def test_a_failure_is_one_sentence(tmp_path: Path):
    """A model that cannot be loaded ends a benchmark with exit code 1 and a sentence, and writes nothing."""
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    done = run("predict", "--quick", "--model", str(broken), "--results", str(tmp_path / "RESULTS.md"))
    assert done.returncode == 1
    assert re.fullmatch(r"Error: predict: Expected an ONNX model\. .*", done.stderr.splitlines()[-1])
    assert not (tmp_path / "RESULTS.md").exists()
