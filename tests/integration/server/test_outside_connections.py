"""No service opens a connection to anything that its user has not named: no telemetry, no fetched URLs."""

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from flask.testing import FlaskClient

from tests.support.evaluation_uploads import as_json
from tests.support.fake_model import write_fake_model
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import ServerProcess, open_files, send_request
from tests.support.trainer_process import SHORT_FIT, TrainerProcess

JSON = {"Content-Type": "application/json"}
TABLES = ("tcp", "tcp6", "udp", "udp6")
LOOPBACK = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
"""127.0.0.1, ::1 and ::ffff:127.0.0.1 as in /proc/net."""

NOWHERE = ("00000000", "0" * 32)
"""The remote address of a socket without a peer."""


def descendants(pid: int) -> set[int]:
    """A process with its children and their children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return set()
    return {pid}.union(*(descendants(int(child)) for child in children))


def sockets_of(pid: int) -> set[str]:
    """The inodes of a process's sockets."""
    try:
        return {link[8:-1] for link in open_files(pid) if link.startswith("socket:[")}
    except OSError:  # the process has ended
        return set()


def outside_peers(pid: int) -> set[str]:
    """Remote addresses, beyond loopback, of the sockets of a process and its descendants."""
    own = set().union(*(sockets_of(each) for each in descendants(pid)))
    rows = [line.split() for table in TABLES for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    peers = {row[2].partition(":")[0] for row in rows if row[9] in own}
    return {peer for peer in peers if peer not in (*LOOPBACK, *NOWHERE)}


@contextmanager
def watch(pid: int) -> Iterator[set[str]]:
    """Look at the sockets again and again during the block."""
    found: set[str] = set()
    stopped = threading.Event()

    def look() -> None:
        while not stopped.is_set():
            found.update(outside_peers(pid))
            time.sleep(0.002)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        stopped.set()
        thread.join()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server to which nobody may connect."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        yield listening


def assert_unvisited(listening: socket.socket) -> None:
    """Nobody has connected."""
    with pytest.raises(TimeoutError):
        listening.accept()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_watch_sees_connections():
    """Also of datagrams, with which names are looked up: else the tests below could not fail."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        datagram.connect(("192.0.2.1", 53))  # an address for documentation; connecting sends nothing
        assert outside_peers(os.getpid()) == {"010200C0"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_server_connects_to_nothing(tmp_path: Path):
    """While it starts, predicts, evaluates, stores feedback and serves the page."""
    write_fake_model(tmp_path / "digits.onnx")
    picture = encode_picture(draw_seven())
    with ServerProcess(tmp_path, tmp_path, "--workers", "1") as server, watch(server.pid) as peers:
        connection = server.connect()
        for path in ("/predict", "/read", "/explain", "/feedback?label=7"):
            assert send_request(connection, "POST", path, body=picture).status in (200, 201)
        assert send_request(connection, "POST", "/evaluate", body=orjson.dumps(as_json()), headers=JSON).status == 201
        assert send_request(connection, "GET", "/").status == 200
    assert peers == set()


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_trainer_connects_to_nothing(tmp_path: Path):
    """While TensorFlow is loaded and a network is fitted."""
    with TrainerProcess(tmp_path, "--warm-workers", "0") as service, watch(service.pid) as peers:
        assert service.wait_for_end(service.submit(**SHORT_FIT))["state"] == "finished"
    assert peers == set()


@pytest.mark.parametrize("path", ["/predict", "/read", "/explain", "/evaluate", "/feedback?label=7"])
def test_server_fetches_no_url(client: FlaskClient, listener: socket.socket, path: str):
    """Neither as a picture nor as a dataset (SSRF)."""
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/seven.png"
    for body in ({"image": url}, {"images": [url], "labels": ["7"]}, {"data": url}, {"data": url.replace("http", "file")}):
        assert client.post(path, json=body).status_code in (400, 404, 422)
    assert_unvisited(listener)
