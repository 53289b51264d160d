"""POST /evaluate as lines of JSON: how far it is, the report, what fails, and who hangs up."""

import json
import logging
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from inkling.evaluation.report import SLICE
from server.extensions import KEY
from tests.support import evaluation_uploads
from tests.support.assertions import assert_error
from tests.support.dataset_files import npz
from tests.support.server_process import Running, receive, wait_for

EVENTS = "application/x-ndjson"


def lines(answer) -> list[dict]:
    """The events of an answer."""
    assert answer.status_code == 200
    assert answer.mimetype == EVENTS
    return [json.loads(line) for line in answer.data.splitlines()]


def ask(client: FlaskClient, accept: str = EVENTS, **arguments):
    """An evaluation whose answer is asked for in a form."""
    return client.post(
        "/evaluate", headers={"Accept": accept}, buffered=True, **(arguments or {"json": evaluation_uploads.as_json()})
    )


def test_the_last_line_is_the_report_that_is_kept(client: FlaskClient):
    """And what is told before it ends with the report's own figures."""
    *told, last = lines(ask(client))
    assert last.keys() == {"event", "report"}
    assert last["report"] == client.get("/reports/latest").json
    (progress,) = told
    assert progress.keys() == {"event", "done", "n", "accuracy", "loss"}
    assert (progress["event"], progress["done"], progress["n"]) == ("progress", 5, 5)
    assert progress["accuracy"] == last["report"]["accuracy"]
    assert progress["loss"] == pytest.approx(last["report"]["loss"])


def test_progress_rises_to_n(client: FlaskClient):
    """A line a slice; the answer to both forms is the same report."""
    count = 2 * SLICE + 100
    body = evaluation_uploads.as_json()
    many = {key: [body[key][index % 5] for index in range(count)] for key in body}
    told = lines(ask(client, json=many))
    assert [each["done"] for each in told[:-1]] == [SLICE, 2 * SLICE, count]
    assert {each["n"] for each in told[:-1]} == {count}
    plain = client.post("/evaluate", json=many).json
    own = ("id", "created", "seconds")
    assert {k: v for k, v in plain.items() if k not in own} == {k: v for k, v in told[-1]["report"].items() if k not in own}


@pytest.mark.parametrize("accept", ["*/*", "", "application/json", "text/html", "application/json, application/x-ndjson;q=0.5"])
def test_whoever_does_not_ask_gets_the_report_alone(client: FlaskClient, accept: str):
    """With 201 and its place, whatever else is accepted."""
    answer = ask(client, accept)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/reports/{answer.json['id']}"


@pytest.mark.parametrize("accept", ["application/x-ndjson, */*;q=0.1", "application/json;q=0.5, application/x-ndjson"])
def test_whoever_likes_events_best_gets_them(client: FlaskClient, accept: str):
    """Also beside other forms."""
    assert lines(ask(client, accept))[-1]["event"] == "report"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"images": []}, 400, "bad_input"),
        (evaluation_uploads.as_json(["X"] * 5), 422, "bad_data"),
        ({"data": "none"}, 404, "unknown_data"),
    ],
)
def test_what_fails_before_the_first_line_keeps_its_status(client: FlaskClient, body: dict, status: int, code: str):
    """In the one body of every failure, and the place is free again."""
    for _ in range(5):
        assert_error(ask(client, json=body), status, code)
    assert lines(ask(client))[-1]["event"] == "report"


def test_what_fails_later_is_the_last_line(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog):
    """A fault of ours is logged, and told by no more than where; the place is free again."""

    def fail(*_: object) -> None:
        raise RuntimeError("the store is on fire")

    monkeypatch.setattr(app.extensions[KEY].reports, "add", fail)
    with caplog.at_level(logging.ERROR):
        for _ in range(5):
            last = lines(ask(client))[-1]
            assert last["event"] == "failed"
            assert last["error"]["code"] == "internal_error"
            assert "fire" not in last["error"]["message"]
    assert "the store is on fire" in caplog.text


def test_an_answer_that_is_never_read_keeps_no_place(app: Flask, client: FlaskClient):
    """Closed before the first line."""
    for _ in range(5):
        answer = client.post("/evaluate", json=evaluation_uploads.as_json(), headers={"Accept": EVENTS}, buffered=False)
        answer.close()
    assert ask(client).status_code == 200
    places = app.extensions[KEY].evaluations
    assert places.acquire(blocking=False)
    places.release()


def test_a_client_that_hangs_up_frees_its_place(tmp_path: Path, models_folder: Path):
    """While its set is scored: the next one is taken, and no report of the first is ever kept."""
    file = npz(
        x=np.tile(evaluation_uploads.images(), (18_000, 1, 1)), y=np.tile(np.arange(5), 18_000)
    )  # at every crop, seconds of work
    body = b'--b\r\nContent-Disposition: form-data; name="data"; filename="big.npz"\r\n\r\n' + file + b"\r\n--b--\r\n"
    head = (
        "POST /evaluate?crops=all HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    small = json.dumps(evaluation_uploads.as_json()).encode()
    again = (
        f"POST /evaluate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(small)}\r\n\r\n"
    )
    with Running(models_folder, tmp_path, "--workers", "1", "--threads", "2") as running:
        first = running.send(head.encode() + body)
        seen = b""
        while b'"progress"' not in seen:
            seen += first.recv(4096)
        assert receive(running.send(again.encode() + small)).status == 503
        first.close()
        wait_for(lambda: receive(running.send(again.encode() + small)).status == 201, "a free place")
        assert [each["data"]["n"] for each in running.get("/reports").body["reports"]] == [5]
