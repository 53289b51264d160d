"""A canary in a real server: all workers follow the shares, also after a restart and a crash."""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkling.models.repository import ModelRepository
from tests.support.canary import publish_versions
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import ServerProcess, send_request, wait_for

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

PNG = encode_picture(draw_seven())
IMAGE = {"Content-Type": "image/png"}
TRAFFIC = "/models/digits/traffic"


@pytest.fixture
def hashes(models_folder: Path) -> dict[str, str]:
    """The versions of the model digits."""
    return publish_versions(models_folder)


@pytest.fixture
def running(models_folder: Path, tmp_path: Path, hashes: dict[str, str]) -> Iterator[ServerProcess]:  # noqa: ARG001 published first
    """A server with two workers."""
    with ServerProcess(models_folder, tmp_path, "--workers", "2") as server:
        wait_for(lambda: len(server.workers()) == 2, "two workers")
        yield server


def answers(server: ServerProcess, n: int = 20) -> dict[int, Counter[str]]:
    """How often each version answered n requests to each of the two workers."""
    counts: dict[int, Counter[str]] = {}
    while len(counts) < 2:
        connection = server.connect()
        send_request(connection, "GET", "/health/live")  # then a worker has accepted the connection
        worker = server.worker_of(connection)
        if worker not in counts:
            responses = [send_request(connection, "POST", "/predict", PNG, IMAGE) for _ in range(n)]
            assert {response.status for response in responses} == {200}
            counts[worker] = Counter(response.headers["X-Inkling-Model"].partition("sha256=")[2] for response in responses)
        connection.close()
    return counts


def all_answer(server: ServerProcess, *sha256: str) -> bool:
    """Whether exactly these versions answer, in each worker."""
    return all(set(counts) == set(sha256) for counts in answers(server).values())


def put_traffic(server: ServerProcess, shares: dict[str, float]) -> None:
    """Set the shares."""
    body, headers = json.dumps({"shares": shares}), {"Content-Type": "application/json"}
    assert send_request(server.connect(), "PUT", TRAFFIC, body, headers).status == 200


def test_all_workers_follow(running: ServerProcess, hashes: dict[str, str]):
    """A canary from the first share to the promotion, and the way back."""
    previous, current, candidate = (hashes[state] for state in ("previous", "current", "candidate"))
    assert all_answer(running, current)
    put_traffic(running, {candidate: 0.5})
    wait_for(lambda: all_answer(running, current, candidate), "the canary in both workers")
    put_traffic(running, {candidate: 0.5, previous: 0.5})
    wait_for(lambda: all_answer(running, previous, candidate), "two versions besides the current one")
    assert send_request(running.connect(), "POST", f"/models/digits/versions/{candidate[:12]}/promote").status == 200
    wait_for(lambda: all_answer(running, candidate, previous), "the promoted version and the other share")
    assert send_request(running.connect(), "DELETE", TRAFFIC).status == 204
    wait_for(lambda: all_answer(running, candidate), "the promoted version alone")
    put_traffic(running, {previous: 0.5})
    assert send_request(running.connect(), "POST", "/models/digits/rollback").body["sha256"] == current
    wait_for(lambda: all_answer(running, current), "the end of the canary in both workers")
    assert running.get("/health/ready").body["rejected"] == []


def test_files_decide(running: ServerProcess, models_folder: Path, hashes: dict[str, str]):
    """Changes by other processes, as of replicas that share the folder, and damaged and deleted files."""
    repository = ModelRepository(models_folder)
    current, candidate = hashes["current"], hashes["candidate"]
    repository.set_shares("digits", {candidate: 1})
    wait_for(lambda: all_answer(running, candidate), "shares that another process wrote")
    repository.traffic_path("digits").write_bytes(b"{")
    wait_for(lambda: all_answer(running, current), "the current version despite a damaged file")
    assert [each["file"] for each in running.get("/health/ready").body["rejected"]] == [".versions/digits/traffic.json"]
    repository.set_shares("digits", {candidate: 1})
    wait_for(lambda: all_answer(running, candidate), "the canary again")
    repository.other_versions("digits")[0].path.unlink()
    wait_for(lambda: all_answer(running, current), "the current version instead of the deleted one")


def test_shares_survive_a_crash_and_a_restart(models_folder: Path, tmp_path: Path, hashes: dict[str, str]):
    """A new worker and a new server read them."""
    candidate = hashes["candidate"]
    with ServerProcess(models_folder, tmp_path, "--workers", "2") as server:
        wait_for(lambda: len(server.workers()) == 2, "two workers")
        put_traffic(server, {candidate: 1})
        killed = server.workers()[0]
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: len(server.workers()) == 2 and killed not in server.workers(), "another worker")
        wait_for(lambda: all_answer(server, candidate), "the canary in both workers")
    with ServerProcess(models_folder, tmp_path, "--workers", "2") as server:
        wait_for(lambda: len(server.workers()) == 2, "two workers")
        assert all_answer(server, candidate)
