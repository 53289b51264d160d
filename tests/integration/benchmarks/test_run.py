"""Each benchmark, run with the smallest sizes; the measured times are not checked."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import COMPARE, NAMES
from benchmarks.harness import results_file
from benchmarks.peer_systems.framework import FRAMEWORKS
from benchmarks.wsgi_servers import SERVERS
from tests.browser.chromium import find_chromium
from tests.conftest import missing
from tests.integration.benchmarks.assertions import assert_section
from tests.support.fake_model import write_fake_model

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A model that predicts in microseconds."""
    return write_fake_model(tmp_path_factory.mktemp("model") / "digits.onnx")


def run(*words: str) -> subprocess.CompletedProcess:
    """Run `python -m benchmarks`."""
    command = [sys.executable, "-m", "benchmarks", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


FAST = ("predict", "read", "startup")


@pytest.mark.parametrize("name", [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in NAMES])
def test_every_benchmark_runs(name: str, model: Path, tmp_path: Path):
    """A benchmark succeeds with data that need no network, and writes a well-formed section into the given file."""
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
        assert_every_server_is_listed(sections[name])
    if name == "peers":
        assert not (tmp_path / "peers").exists()
        assert all(peer.name in sections[name] for peer in FRAMEWORKS)


@pytest.mark.slow
def test_two_checkouts_are_compared(model: Path, tmp_path: Path):
    """`compare` needs another checkout, here the same one; its path is not written into the report."""
    assert run(COMPARE, "--quick").returncode == 2
    file = tmp_path / "RESULTS.md"
    done = run(COMPARE, "--quick", "--model", str(model), "--results", str(file), "--against", str(ROOT))
    assert done.returncode == 0, done.stderr
    text = results_file.read_sections(file)[COMPARE]
    assert_section(COMPARE, text)
    assert str(ROOT) not in text


def assert_every_server_is_listed(text: str) -> None:
    """Each server has a row in both tables, marked as missing if it is not installed."""
    for server in SERVERS:
        lines = [line for line in text.splitlines() if line.startswith(f"| {server.name} ")]
        assert len(lines) == 2, server.name
        assert ("missing" in lines[0]) == (server.version is None)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
def test_both_load_generators_count_responses(model: Path):
    """wrk and the Python client count responses and failures, and report latencies in order."""
    from benchmarks.harness import python_client, wrk
    from benchmarks.harness.pictures import small_png
    from benchmarks.harness.request import Request, predict_request
    from benchmarks.harness.server_process import inkling_command, running_inkling

    with running_inkling(inkling_command(workers=1), model) as server:
        for run_load in (python_client.run, wrk.run):
            fine = run_load(server.port, predict_request(small_png()), 2, 1)
            assert fine.answered > 0
            assert fine.failed == 0
            assert 0 < fine.p50 <= fine.p99
            bad = run_load(server.port, Request("bad", "GET", "/nowhere"), 2, 1)
            assert bad.failed == bad.answered > 0
        counted = python_client.run(server.port, predict_request(small_png()), 3, 0, count=10)
        assert (counted.answered, counted.failed) == (10, 0)


def test_an_unreadable_model_exits_with_one_error_line(tmp_path: Path):
    """A model that cannot be loaded ends a benchmark with exit code 1 and one line on stderr, and writes nothing."""
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    done = run("predict", "--quick", "--model", str(broken), "--results", str(tmp_path / "RESULTS.md"))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: predict: ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "RESULTS.md").exists()
