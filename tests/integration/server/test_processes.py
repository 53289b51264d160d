"""Processes: a real server with two workers that is stopped, whose workers are killed and whose arbiter is killed."""

import http.client
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.evaluation_uploads import as_json
from tests.support.fake_model import write_fake_model
from tests.support.pictures import draw_seven, encode_picture
from tests.support.postgres import PostgresServer
from tests.support.server_process import ServerProcess, read_body, read_response, send_request, wait_for

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

PNG = encode_picture(draw_seven())
IMAGE = {"Content-Type": "image/png"}
JSON = {"Content-Type": "application/json"}
EVALUATE = "/evaluate?crops=all"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that contains one model."""
    folder = tmp_path_factory.mktemp("models")
    write_fake_model(folder / "digits.onnx")
    return folder


@pytest.fixture
def running(models: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """A server with two workers."""
    with ServerProcess(models, tmp_path, "--workers", "2") as server:
        wait_for(lambda: len(server.workers()) == 2, "two workers")
        yield server


def slow_dataset() -> bytes:
    """A labeled dataset as JSON whose evaluation takes about a second."""
    body = as_json()
    return orjson.dumps({"images": body["images"] * 1_500, "labels": body["labels"] * 1_500})


def connections_to(server: ServerProcess, worker: int, count: int) -> list[http.client.HTTPConnection]:
    """Open connections that are served by a certain worker."""

    def try_connect() -> http.client.HTTPConnection | None:
        connection = server.connect()
        send_request(connection, "GET", "/health/live")
        if server.worker_of(connection) == worker:
            return connection
        connection.close()
        return None

    return [wait_for(try_connect, "a connection to the worker") for _ in range(count)]


def is_listening(port: int) -> bool:
    """Whether any process listens at a port."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)


def metric(server: ServerProcess, name: str, **labels: str) -> float:
    """The sum of all samples of a metric with these labels."""
    text = server.get("/metrics").body.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


def test_startup_prints_one_line(running: ServerProcess):
    """On standard error, with the address and the models."""
    address = f"http://127.0.0.1:{running.port}"
    assert running.log.read_text() == f"Inkling server is listening at {address} (models: digits)\n"
    assert running.get("/health/ready").body["status"] == "ready"


def test_killed_worker_is_replaced(running: ServerProcess):
    """Under load, kill -9 breaks only the connections of that worker. Its metrics are not lost."""
    victim, survivor = running.workers()
    broken = connections_to(running, victim, 2)
    unaffected = connections_to(running, survivor, 4)
    failures, stopped = [], threading.Event()

    def send_load(connection: http.client.HTTPConnection) -> None:
        while not stopped.is_set():
            response = send_request(connection, "POST", "/predict", body=PNG, headers=IMAGE)
            if response.status != 200:
                failures.append(response.status)

    for connection in broken:
        assert send_request(connection, "POST", "/predict", body=PNG, headers=IMAGE).status == 200
    before = metric(running, "inkling_http_requests_total", route="/predict")
    threads = [threading.Thread(target=send_load, args=(connection,)) for connection in unaffected]
    for thread in threads:
        thread.start()
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: len(running.workers()) == 2 and victim not in running.workers(), "a new worker")
    wait_for(lambda: metric(running, "inkling_workers") == 2, "two workers in the metrics")
    assert metric(running, "inkling_worker_exits_total") == 1
    stopped.set()
    for thread in threads:
        thread.join()
    assert failures == []
    for connection in broken:
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            send_request(connection, "GET", "/health/live")
    assert metric(running, "inkling_http_requests_total", route="/predict") >= before
    (replacement,) = set(running.workers()) - {survivor}
    (connection,) = connections_to(running, replacement, 1)
    assert send_request(connection, "POST", "/predict", body=PNG, headers=IMAGE).status == 200


def test_workers_share_metrics_and_database(running: ServerProcess):
    """Whichever worker responds reports what the other one counted and stored."""
    first, second = (connections_to(running, worker, 1)[0] for worker in running.workers())
    for connection in (first, second, second):
        assert send_request(connection, "POST", "/predict", body=PNG, headers=IMAGE).status == 200
    assert metric(running, "inkling_pictures_total", route="/predict") == 3
    assert metric(running, "inkling_workers") == 2
    report = send_request(first, "POST", "/evaluate", body=orjson.dumps(as_json()), headers=JSON)
    assert report.status == 201
    assert send_request(second, "GET", "/reports/latest").body == report.body
    assert metric(running, "inkling_reports") == 1


@pytest.mark.parametrize("signal_name", ["SIGTERM", "Ctrl-C"])
def test_shutdown_completes_requests_in_flight(running: ServerProcess, signal_name: str):
    """Both a request that is processed and one that is still arriving. Idle connections are closed, the exit status is 0."""
    evaluating, idle = running.connect(), running.connect()
    evaluating.request("POST", EVALUATE, body=slow_dataset(), headers=JSON)
    head = (
        f"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: {len(PNG)}\r\n\r\n".encode()
    )
    arriving = running.send(head + PNG[:50])
    send_request(idle, "GET", "/health/live")
    wait_for(lambda: metric(running, "inkling_http_requests_total", route="/health/live"), "a request to be processed")
    if signal_name == "SIGTERM":
        os.kill(running.pid, signal.SIGTERM)
    else:
        os.killpg(running.pid, signal.SIGINT)  # a terminal sends it to every process
    wait_for(lambda: not is_listening(running.port), "the port to be closed")
    arriving.sendall(PNG[50:])
    response = read_response(arriving)
    assert response.status == 200
    assert response.headers["Connection"] == "close"
    report = read_body(evaluating.getresponse())
    assert report.status == 201
    assert report.body["data"]["n"] == 7_500
    assert running.process.wait(30) == 0
    with pytest.raises(ConnectionError):
        running.connect()
    assert "Traceback" not in running.log.read_text()


def test_shutdown_under_load_loses_no_request(running: ServerProcess):
    """The last response on each connection says Connection: close; then new connections are refused."""
    errors, statuses = [], []

    def client() -> None:
        while True:
            try:
                connection = running.connect()
            except ConnectionError:
                return
            while True:
                try:
                    response = send_request(connection, "POST", "/predict", body=PNG, headers=IMAGE)
                except (ConnectionError, http.client.HTTPException) as error:
                    errors.append(repr(error))
                    break
                statuses.append(response.status)
                if response.headers["Connection"] == "close":
                    break

    threads = [threading.Thread(target=client) for _ in range(4)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(statuses) > 50, "some responses")
    assert running.stop(signal.SIGTERM) == 0
    for thread in threads:
        thread.join()
    assert set(statuses) == {200}
    assert errors == []


def test_small_pictures_do_not_wait_for_evaluations(models: Path, tmp_path: Path):
    """While all slots for evaluations are taken, /predict and health respond, and one more evaluation gets 503."""
    with ServerProcess(models, tmp_path, "--workers", "1", "--threads", "2") as server:
        evaluating, other = server.connect(), server.connect()
        body = slow_dataset()
        evaluating.request("POST", EVALUATE, body=body, headers=JSON)
        wait_for(lambda: send_request(other, "POST", EVALUATE, body=b"{}", headers=JSON).status == 503, "all slots to be taken")
        assert send_request(other, "POST", "/predict", body=PNG, headers=IMAGE).status == 200
        assert send_request(other, "GET", "/health/ready").status == 200
        assert metric(server, "inkling_http_requests_total", route="/evaluate", status="201") == 0
        assert read_body(evaluating.getresponse()).status == 201


def test_workers_exit_when_the_arbiter_is_killed(running: ServerProcess):
    """They remove the folder with their metrics."""
    workers = running.workers()
    running.get("/health/live")
    metrics_folder = wait_for(
        lambda: re.search(r"\S+(?=/\w+_\d+\.db)", Path(f"/proc/{workers[0]}/maps").read_text()), "a metrics file"
    )
    assert running.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers), "the workers to exit")
    wait_for(lambda: not Path(metrics_folder.group()).exists(), "the folder to be removed")


def test_sighup_replaces_the_workers(running: ServerProcess):
    """No connection is refused meanwhile."""
    before = set(running.workers())
    os.kill(running.pid, signal.SIGHUP)

    def are_replaced() -> bool:
        assert running.get("/health/live").status == 200
        return len(running.workers()) == 2 and not before & set(running.workers())

    wait_for(are_replaced, "two new workers")


def test_server_without_a_model_starts_but_is_not_ready(tmp_path: Path):
    """The startup line gives the reason."""
    folder = tmp_path / "models"
    folder.mkdir()
    with ServerProcess(folder, tmp_path, "--workers", "1") as server:
        assert "(not ready: " in server.log.read_text()
        assert server.get("/health/live").status == 200
        assert server.get("/health/ready").status == 503


def test_worker_needs_less_than_150_mb(running: ServerProcess):
    """With a model that has been loaded and used."""
    for worker in running.workers():
        (connection,) = connections_to(running, worker, 1)
        for _ in range(50):
            send_request(connection, "POST", "/predict", body=PNG, headers=IMAGE)
        status = dict(line.split(":", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines())
        assert int(status["VmRSS"].split()[0]) < 150_000


def test_token_is_not_visible_to_other_processes(models: Path, tmp_path: Path):
    """It comes from the environment; neither the log nor a command line contains it."""
    with ServerProcess(models, tmp_path, "--workers", "1", "--host", "0.0.0.0", INKLING_TOKEN="s3cret-s3cret") as server:  # noqa: S104
        assert send_request(server.connect(), "POST", "/evaluate", body=b"{}", headers=JSON).status == 401
        authorized = JSON | {"Authorization": "Bearer s3cret-s3cret"}
        assert send_request(server.connect(), "POST", "/evaluate", body=b"{}", headers=authorized).status == 400
        lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in [server.pid, *server.workers()]]
        assert not any(b"s3cret" in line for line in lines)
        assert "s3cret" not in server.log.read_text()


@pytest.mark.slow
def test_evaluation_outlives_a_restart_of_the_database(models: Path, tmp_path: Path, postgres_server: PostgresServer):
    """PostgreSQL stops while the images are scored, and is back before the report has waited too long."""
    store = postgres_server.address.replace("postgresql+psycopg", "postgresql")
    with ServerProcess(models, tmp_path, "--workers", "1", "--store", store) as server:
        evaluating = server.connect()
        evaluating.request("POST", EVALUATE, body=slow_dataset(), headers=JSON)
        postgres_server.stop()
        try:
            assert send_request(server.connect(), "POST", "/predict", body=PNG, headers=IMAGE).status == 200
            refused = send_request(server.connect(), "POST", "/feedback?label=7", body=PNG, headers=IMAGE)
            assert (refused.status, refused.body["error"]["code"]) == (503, "store_unavailable")
            assert server.get("/health/ready").status == 200
        finally:
            postgres_server.start()
        report = read_body(evaluating.getresponse())
        assert report.status == 201
        assert server.get("/reports/latest").body == report.body
