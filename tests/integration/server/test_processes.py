"""A real server with two workers: nobody else notices when a worker dies, and nothing is lost when it stops."""

import http.client
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.evaluation_uploads import as_json
from tests.support.fake_model import write_fake_model
from tests.support.pictures import encoded, seven
from tests.support.server_process import Running, ask, finish, receive, wait_for

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc to tell the processes apart")

PNG = encoded(seven())
IMAGE = {"Content-Type": "image/png"}
JSON = {"Content-Type": "application/json"}
LONG = "/evaluate?crops=all"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model."""
    folder = tmp_path_factory.mktemp("models")
    write_fake_model(folder / "digits.onnx")
    return folder


@pytest.fixture
def running(models: Path, tmp_path: Path) -> Iterator[Running]:
    """A server with two workers."""
    with Running(models, tmp_path, "--workers", "2") as server:
        wait_for(lambda: len(server.workers()) == 2, "two workers")
        yield server


def long_set() -> bytes:
    """A labelled set, as JSON, that takes a while to score."""
    body = as_json()
    return orjson.dumps({"images": body["images"] * 1_500, "labels": body["labels"] * 1_500})


def connections_to(server: Running, worker: int, count: int) -> list[http.client.HTTPConnection]:
    """Open connections that a certain worker holds."""

    def of_worker() -> http.client.HTTPConnection | None:
        connection = server.connect()
        ask(connection, "GET", "/health/live")
        if server.owner(connection) == worker:
            return connection
        connection.close()
        return None

    return [wait_for(of_worker, "a connection to the worker") for _ in range(count)]


def metric(server: Running, name: str, **labels: str) -> float:
    """The sum of a metric's samples that have these labels."""
    text = server.get("/metrics").body.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


def test_it_says_once_where_it_answers(running: Running):
    """One line on standard error, with the address and the models."""
    assert running.log.read_text() == f"Inkling answers at http://127.0.0.1:{running.port} and reads with digits\n"
    assert running.get("/health/ready").body["status"] == "ready"


def test_a_killed_worker_is_replaced_and_nobody_else_notices(running: Running):
    """Under load, kill -9 costs the connections of that worker only; the counts of the dead stay."""
    victim, survivor = running.workers()
    lost = connections_to(running, victim, 2)
    kept = connections_to(running, survivor, 4)
    failures, done = [], threading.Event()

    def load(connection: http.client.HTTPConnection) -> None:
        while not done.is_set():
            answer = ask(connection, "POST", "/predict", body=PNG, headers=IMAGE)
            if answer.status != 200:
                failures.append(answer.status)

    for connection in lost:
        assert ask(connection, "POST", "/predict", body=PNG, headers=IMAGE).status == 200
    before = metric(running, "inkling_requests_total", route="/predict")
    threads = [threading.Thread(target=load, args=(connection,)) for connection in kept]
    for thread in threads:
        thread.start()
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: len(running.workers()) == 2 and victim not in running.workers(), "a new worker")
    wait_for(lambda: metric(running, "inkling_workers") == 2, "two workers in the metrics")
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    for connection in lost:
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            ask(connection, "GET", "/health/live")
    assert metric(running, "inkling_requests_total", route="/predict") >= before
    (replacement,) = set(running.workers()) - {survivor}
    (connection,) = connections_to(running, replacement, 1)
    assert ask(connection, "POST", "/predict", body=PNG, headers=IMAGE).status == 200


def test_workers_share_their_counts_and_their_store(running: Running):
    """What one counts and keeps, the other tells."""
    first, second = (connections_to(running, worker, 1)[0] for worker in running.workers())
    for connection in (first, second, second):
        assert ask(connection, "POST", "/predict", body=PNG, headers=IMAGE).status == 200
    assert metric(running, "inkling_pictures_total", route="/predict") == 3
    assert metric(running, "inkling_workers") == 2
    report = ask(first, "POST", "/evaluate", body=orjson.dumps(as_json()), headers=JSON)
    assert report.status == 201
    assert ask(second, "GET", "/reports/latest").body == report.body
    assert metric(running, "inkling_reports") == 1


@pytest.mark.parametrize("how", ["SIGTERM", "Ctrl-C"])
def test_a_request_in_flight_is_answered_when_the_server_stops(running: Running, how: str):
    """One that computes and one that still arrives; idle connections are closed; exit 0."""
    computing, arriving, idle = running.connect(), None, running.connect()
    computing.request("POST", LONG, body=long_set(), headers=JSON)
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: {len(PNG)}\r\n\r\n".encode()
    arriving = running.send(head + PNG[:50])
    ask(idle, "GET", "/health/live")
    wait_for(lambda: metric(running, "inkling_requests_total", route="/health/live"), "the server to be at it")
    if how == "SIGTERM":
        os.kill(running.pid, signal.SIGTERM)
    else:
        os.killpg(running.pid, signal.SIGINT)  # a terminal sends it to every process
    time.sleep(0.2)
    arriving.sendall(PNG[50:])
    answer = receive(arriving)
    assert answer.status == 200
    assert answer.headers["Connection"] == "close"
    scored = finish(computing.getresponse())
    assert scored.status == 201
    assert scored.body["data"]["n"] == 7_500
    assert running.process.wait(30) == 0
    with pytest.raises(ConnectionError):
        running.connect()
    assert "Traceback" not in running.log.read_text()


def test_clients_that_never_stop_lose_no_answer_when_the_server_stops(running: Running):
    """Every request on an open connection is answered, the last with Connection: close; then connecting is refused."""
    broken, answered = [], []

    def client() -> None:
        while True:
            try:
                connection = running.connect()
            except ConnectionError:
                return
            while True:
                try:
                    answer = ask(connection, "POST", "/predict", body=PNG, headers=IMAGE)
                except (ConnectionError, http.client.HTTPException) as error:
                    broken.append(repr(error))
                    break
                answered.append(answer.status)
                if answer.headers["Connection"] == "close":
                    break

    threads = [threading.Thread(target=client) for _ in range(4)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(answered) > 50, "some answers")
    assert running.stop(signal.SIGTERM) == 0
    for thread in threads:
        thread.join()
    assert set(answered) == {200}
    assert broken == []


def test_small_pictures_do_not_wait_for_evaluations(models: Path, tmp_path: Path):
    """While as many evaluations run as a process takes, /predict and health are answered, and one more is told busy."""
    with Running(models, tmp_path, "--workers", "1", "--threads", "2") as server:
        long, other = server.connect(), server.connect()
        body = long_set()
        long.request("POST", LONG, body=body, headers=JSON)
        wait_for(lambda: ask(other, "POST", LONG, body=b"{}", headers=JSON).status == 503, "the place to be taken")
        assert ask(other, "POST", "/predict", body=PNG, headers=IMAGE).status == 200
        assert ask(other, "GET", "/health/ready").status == 200
        assert metric(server, "inkling_requests_total", route="/evaluate", status="201") == 0
        assert finish(long.getresponse()).status == 201


def test_workers_leave_when_the_arbiter_is_killed(running: Running):
    """None goes on alone, and the folder of their counts is gone with them."""
    workers = running.workers()
    running.get("/health/live")
    counts = wait_for(lambda: re.search(r"\S+(?=/\w+_\d+\.db)", Path(f"/proc/{workers[0]}/maps").read_text()), "counts")
    assert running.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers), "the workers to leave")
    wait_for(lambda: not Path(counts.group()).exists(), "the folder to go")


def test_a_hangup_replaces_the_workers(running: Running):
    """SIGHUP loads everything anew, without a connection refused."""
    before = set(running.workers())
    os.kill(running.pid, signal.SIGHUP)

    def replaced() -> bool:
        assert running.get("/health/live").status == 200
        return len(running.workers()) == 2 and not before & set(running.workers())

    wait_for(replaced, "two new workers")


def test_without_a_model_it_starts_and_says_so(tmp_path: Path):
    """Live, not ready, and the line tells why."""
    folder = tmp_path / "models"
    folder.mkdir()
    with Running(folder, tmp_path, "--workers", "1") as server:
        assert "is not ready" in server.log.read_text()
        assert server.get("/health/live").status == 200
        assert server.get("/health/ready").status == 503


def test_a_worker_takes_little_memory(running: Running):
    """Under 150 MB each, with a model loaded and used."""
    for worker in running.workers():
        (connection,) = connections_to(running, worker, 1)
        for _ in range(50):
            ask(connection, "POST", "/predict", body=PNG, headers=IMAGE)
        status = dict(line.split(":", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines())
        assert int(status["VmRSS"].split()[0]) < 150_000


def test_the_token_comes_from_the_environment_only(models: Path, tmp_path: Path):
    """Beyond loopback it is asked for, and neither the log nor the command line of any process holds it."""
    with Running(models, tmp_path, "--workers", "1", "--host", "0.0.0.0", INKLING_TOKEN="s3cret-s3cret") as server:  # noqa: S104
        assert ask(server.connect(), "POST", "/evaluate", body=b"{}", headers=JSON).status == 401
        right = JSON | {"Authorization": "Bearer s3cret-s3cret"}
        assert ask(server.connect(), "POST", "/evaluate", body=b"{}", headers=right).status == 400
        lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in [server.pid, *server.workers()]]
        assert not any(b"s3cret" in line for line in lines)
        assert "s3cret" not in server.log.read_text()
