"""The comparison with peers: ratios, missing peers, and equal work for all. No network is needed."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks.harness.load_result import LoadResult
from benchmarks.harness.pictures import small_png
from benchmarks.harness.subprocess_run import run_with_timeout
from benchmarks.harness.timing import Samples
from benchmarks.peer_systems.comparison import COLUMNS, Comparison
from benchmarks.peer_systems.framework import APPS, BENTOML, BODY, FORM, FRAMEWORKS, peer_environment, picture_request
from benchmarks.peer_systems.install import node_peer, python_peer
from benchmarks.peer_systems.node_scripts import run_script, write_split
from benchmarks.peer_systems.serving import MEASUREMENT, ServerLoads, ServingComparison, layouts
from benchmarks.peer_systems.training import time_to_goal
from benchmarks.peer_systems.unavailable import MAX_LENGTH, PeerUnavailable, summarize_failure
from benchmarks.peers import section
from inkling.datasets.dataset import Dataset
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image
from tests.integration.benchmarks.assertions import assert_section
from tests.support.fake_model import write_fake_model

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")


@pytest.mark.parametrize(
    ("own", "peer", "higher_is_better", "is_lower_bound", "cell"),
    [
        (2.0, 10.0, False, False, "5.00×"),
        (10.0, 2.0, True, False, "5.00×"),
        (10.0, 2.0, False, False, "0.20×"),
        (2.0, 10.0, False, True, "over 5.00×"),
    ],
)
def test_ratio_is_the_speedup_over_the_peer(own, peer, higher_is_better, is_lower_bound, cell):
    """Fewer seconds and more requests are both faster; if the peer's figure is a lower bound, so is the ratio."""
    figures = {"own": Samples.of([own]), "peer_figure": Samples.of([peer])}
    row = Comparison(
        "what", "peer", "peer 1", **figures, higher_is_better=higher_is_better, is_lower_bound=is_lower_bound
    ).row()
    assert len(row) == len(COLUMNS)
    assert row[-1] == cell


def test_a_missing_peer_has_a_row_with_its_reason():
    """A missing peer is listed with the reason instead of a figure."""
    row = Comparison("what", "peer", own=Samples.of([2.0]), unavailable="node is not installed").row()
    assert row == ("what", "peer", "–", "2.00", "missing: node is not installed", "–")


@pytest.mark.parametrize(
    ("accuracy", "reached", "cells"),
    [
        (
            [0.9, 0.985, 0.99],
            True,
            ("20.0", "100 (5,000 examples, 98.10%, n = 10; Inkling: 3 epochs, 99.00%, n = 20)", "5.00×"),
        ),
        ([0.9, 0.95, 0.97], True, ("–", "100 (5,000 examples, 98.10%, n = 10; Inkling: 3 epochs, 97.00%, n = 20)", "–")),
        (
            [0.98, 0.98, 0.98],
            False,
            ("10.0", "over 100 (5,000 examples, 98.10%, n = 10; Inkling: 3 epochs, 98.00%, n = 20)", "over 10.00×"),
        ),
    ],
)
def test_time_to_the_goal_is_that_of_the_first_epoch_reaching_it(accuracy, reached, cells):
    """A goal that was not reached has no time, or a lower bound."""
    own = {"seconds": [10.0, 20.0, 30.0], "accuracy": accuracy, "n": 20}
    peer = {"seconds": 100.0, "examples": 5_000, "accuracy": 0.981, "n": 10, "reached": reached}
    assert time_to_goal("what", "peer 1", own, peer).row()[3:] == cells


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("", "no output"),
        ("a\nnpm error code 1\nnpm error Error: getaddrinfo ENOTFOUND files.example.com\nb",
         "getaddrinfo ENOTFOUND (host)"),
        ("ERROR: No matching distribution found for x==1 (from https://files.example.org/x)",
         "No matching distribution found for x==1 (from (host)"),
        ("Traceback\n  File \"/home/me/app.py\"\nModuleNotFoundError: No module named 'x'",
         "ModuleNotFoundError: No module named 'x'"),
        ("Error: Cannot find module '/home/me/.cache/x.mjs'", "Cannot find module '…'"),
    ],
)  # fmt: skip
def test_failure_summary_is_one_line_without_urls_and_paths(output, text):
    """The most informative line of the output is kept."""
    assert summarize_failure(output) == text
    assert len(summarize_failure(output + "Error: " + "x" * 500)) <= MAX_LENGTH


def test_without_node_its_peers_are_missing(tmp_path, monkeypatch):
    """Without Node or npm, the reason is that they are not installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PeerUnavailable, match="node is not installed"):
        node_peer("pure", tmp_path, install=True)


@pytest.mark.parametrize("name", ["fastapi", "litserve", "bentoml"])
def test_quick_run_installs_nothing(name, tmp_path):
    """A quick run uses only installed environments."""
    with pytest.raises(PeerUnavailable, match="not installed"):
        python_peer(name, tmp_path, install=False)
    assert not list(tmp_path.iterdir())


@needs_node
def test_failed_installation_is_reported_and_repeated(tmp_path, monkeypatch):
    """npm's failure is the reason; a partial environment is installed again, a complete one is not."""
    programs, cache = tmp_path / "bin", tmp_path / "cache"
    programs.mkdir()
    npm = programs / "npm"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    npm.write_text("#!/bin/sh\nmkdir half; echo 'npm error Error: no room' >&2; exit 1\n", "utf-8")
    npm.chmod(0o755)
    with pytest.raises(PeerUnavailable, match="does not install here: no room"):
        node_peer("pure", cache, install=True)
    npm.write_text("#!/bin/sh\nmkdir node_modules\n", "utf-8")
    folder = node_peer("pure", cache, install=True)
    assert {path.name for path in folder.iterdir()} == {"package.json", "node_modules", "installed"}
    npm.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    assert node_peer("pure", cache, install=True) == folder == node_peer("pure", cache, install=False)


def test_every_framework_is_in_all_tables():
    """Measured or missing, each framework has its rows; targets that could not be measured are reported as such."""
    loads = [LoadResult(1_000, 0, 1.0, 1.0, 2.0)]
    peers = {peer: ServerLoads("peer 1", [LoadResult(100, 0, 1.0, 10.0, 20.0)]) for peer in FRAMEWORKS}
    peers[BENTOML[0]] = ServerLoads(unavailable="pip is not installed")
    own = {BODY: ServerLoads("", loads), FORM: ServerLoads("", loads)}
    served = [ServingComparison(layout, own, peers, "inkling") for layout in layouts()]
    trained = [Comparison("seconds", "ConvNetJS under Node", unavailable="node is not installed")]
    text = section(trained, served).text("python -m benchmarks peers", "2026-01-01")
    assert "load average" not in text
    assert "load average was 3.2 before" in section(trained, served, busy=3.2).text("python -m benchmarks peers", "2026-01-01")
    assert_section("peers", text)
    for peer in FRAMEWORKS:
        lines = [line for line in text.splitlines() if f"| {peer.name} |" in line]
        assert len(lines) == 4
        assert all(("missing" in line) == (peer in BENTOML) for line in lines)
    assert f"| {MEASUREMENT}, {served[0].layout.name} | LitServe | peer 1 | 1,000 | 100 | 10.00× |" in text
    assert "MISSED (target: 50 times the requests/s of Flask + Keras, the faster of the two): 10.0 times." in text
    assert "Met (target: 2.5 times the requests/s of FastAPI + uvicorn as documented): 10.0 times." in text
    assert "Not measured, because the peer is missing (target: 6 times the requests/s of BentoML)." in text


def test_peers_do_the_same_work(tmp_path):
    """The prediction of every framework equals that of Predictor for the same picture."""
    model = write_fake_model(tmp_path / "model.onnx")
    predictor = Predictor(model)
    card = {"labels": predictor.card.labels, "offsets": predictor.card.offsets, "size": predictor.card.crop_size}
    (tmp_path / "card.json").write_text(json.dumps(card), "utf-8")
    (tmp_path / "digit.png").write_bytes(small_png())
    code = "import digits, json; f = digits.FOLDER / 'digit.png'; picture = digits.read_image(f.read_bytes());"
    code += "print(json.dumps(digits.predict(digits.make_session(), picture)))"
    settings = os.environ | peer_environment(tmp_path, threads=1)
    done = subprocess.run([sys.executable, "-c", code], cwd=APPS, env=settings, capture_output=True, text=True, check=True)
    peer, own = json.loads(done.stdout), predictor.predict(smoke_image()[None], "4").probabilities[0]
    np.testing.assert_allclose(peer["probabilities"], own, atol=1e-6)
    assert peer["label"] == card["labels"][own.argmax()]


@pytest.mark.parametrize("posted_as", [BODY, FORM])
def test_picture_is_posted_unchanged(posted_as):
    """The PNG is the same in the body and in a form."""
    request = picture_request("/predict", posted_as)
    assert small_png() in request.body
    assert (request.body == small_png()) == (posted_as == BODY)


FAKE_CONVNETJS = """
exports.Vol = class { constructor(sx, sy, depth) { this.w = new Float64Array(sx * sy * depth); } };
let trained = 0;
exports.Trainer = class { train(crop, label) { trained++; } };
exports.Net = class {
  makeLayers(layers) { if (layers.length !== 6) throw new Error("other layers"); }
  forward(crop) {
    const w = new Float64Array(10);
    w[trained >= 4 ? Math.round(crop.w[0] * 255) % 10 : 0] = 1;
    return { w };
  }
};
"""


@needs_node
@pytest.mark.parametrize(("seconds", "reached"), [(60, True), (0.0, False)])
def test_convnetjs_script_stops_at_the_goal(tmp_path, seconds, reached):
    """With a fake package that is right from the fourth example on, the goal is reached, unless time is up."""
    package = tmp_path / "node_modules" / "convnetjs"
    package.mkdir(parents=True)
    (package / "index.js").write_text(FAKE_CONVNETJS, "utf-8")
    digits = np.arange(30) % 10
    images = np.repeat(digits, 784).reshape(30, 28, 28).astype(np.uint8)
    known = Dataset("made", images, tuple("0123456789"), digits)
    for part in ("train", "test"):
        write_split(tmp_path, part, known)
    options = {"folder": str(tmp_path), "offsets": [[1, 1], [3, 3]], "goal": 0.98, "margin": 0.01, "every": 2, "slice": 20}
    found = run_script("convnetjs", tmp_path, options | {"trainSeconds": seconds, "wallSeconds": 60, "predictions": 3}, 60)
    assert found["reached"] == reached
    if reached:
        assert (found["examples"], found["accuracy"], found["n"]) == (4, 1.0, 30)
    assert len(found["predictions"]) == 3


@needs_node
def test_a_script_that_fails_is_a_missing_peer(tmp_path):
    """A package that is not installed gives a reason instead of a traceback."""
    with pytest.raises(PeerUnavailable, match="does not run here: Cannot find module"):
        run_script("tfjs", tmp_path, {"package": "@tensorflow/tfjs"}, 60)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not report child processes")
@pytest.mark.parametrize("own_session", [False, True])
def test_timeout_stops_a_program_and_its_descendants(tmp_path, own_session):
    """Neither a program nor its child outlives the timeout, even if the child has its own session."""
    code = "import subprocess, time; "
    code += f"child = subprocess.Popen(['sleep', '60'], start_new_session={own_session}); "
    code += "open('pid', 'w').write(str(child.pid)); time.sleep(60)"
    with pytest.raises(subprocess.TimeoutExpired):
        run_with_timeout([sys.executable, "-c", code], tmp_path, 5)
    child = Path("/proc", (tmp_path / "pid").read_text("utf-8"), "stat")
    until = time.monotonic() + 10
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.01)
    assert not is_running(child)


def is_running(stat: Path) -> bool:
    """Whether a process, given by its stat file, exists and is not a zombie."""
    try:
        return stat.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
