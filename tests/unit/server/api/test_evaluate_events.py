"""POST /evaluate with a stream of events."""

import json
import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inkling.evaluation.evaluator import SLICE_SIZE
from server.extensions import EXTENSION_KEY
from tests.support import evaluation_uploads
from tests.support.assertions import assert_error

EVENTS = "application/x-ndjson"


def read_events(answer) -> list[dict]:
    """The events of a response."""
    assert answer.status_code == 200
    assert answer.mimetype == EVENTS
    return [json.loads(line) for line in answer.data.splitlines()]


def evaluate(client: FlaskClient, accept: str = EVENTS, **arguments):
    """Send a dataset with an Accept header."""
    return client.post(
        "/evaluate", headers={"Accept": accept}, buffered=True, **(arguments or {"json": evaluation_uploads.as_json()})
    )


def test_last_event_is_the_stored_report(client: FlaskClient):
    """The progress before it ends with the metrics of the report."""
    *events, last = read_events(evaluate(client))
    assert last.keys() == {"event", "report"}
    assert last["report"] == client.get("/reports/latest").json
    (progress,) = events
    assert progress.keys() == {"event", "done", "n", "accuracy", "loss"}
    assert (progress["event"], progress["done"], progress["n"]) == ("progress", 5, 5)
    assert progress["accuracy"] == last["report"]["accuracy"]
    assert progress["loss"] == pytest.approx(last["report"]["loss"])


def test_one_progress_event_per_slice(client: FlaskClient):
    """The report equals the one without events."""
    count = 2 * SLICE_SIZE + 100
    body = evaluation_uploads.as_json()
    many = {key: [body[key][index % 5] for index in range(count)] for key in body}
    events = read_events(evaluate(client, json=many))
    assert [each["done"] for each in events[:-1]] == [SLICE_SIZE, 2 * SLICE_SIZE, count]
    assert {each["n"] for each in events[:-1]} == {count}
    plain = client.post("/evaluate", json=many).json
    own = ("id", "created", "seconds")
    assert {k: v for k, v in plain.items() if k not in own} == {k: v for k, v in events[-1]["report"].items() if k not in own}


@pytest.mark.parametrize("accept", ["*/*", "", "application/json", "text/html", "application/json, application/x-ndjson;q=0.5"])
def test_events_are_not_the_default(client: FlaskClient, accept: str):
    """Without preference the response is 201 with the report."""
    answer = evaluate(client, accept)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/reports/{answer.json['id']}"


@pytest.mark.parametrize("accept", ["application/x-ndjson, */*;q=0.1", "application/json;q=0.5, application/x-ndjson"])
def test_events_are_sent_if_preferred(client: FlaskClient, accept: str):
    """By quality values."""
    assert read_events(evaluate(client, accept))[-1]["event"] == "report"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"images": []}, 400, "invalid_input"),
        (evaluation_uploads.as_json(["X"] * 5), 422, "invalid_dataset"),
        ({"data": "none"}, 404, "dataset_not_found"),
    ],
)
def test_error_before_the_first_event_has_its_status(client: FlaskClient, body: dict, status: int, code: str):
    """The slot is released."""
    for _ in range(5):
        assert_error(evaluate(client, json=body), status, code)
    assert read_events(evaluate(client))[-1]["event"] == "report"


def test_later_error_is_the_last_event(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog):
    """An unexpected error is logged and not revealed; the slot is released."""

    def fail(*_: object) -> None:
        raise RuntimeError("the store is on fire")

    monkeypatch.setattr(app.extensions[EXTENSION_KEY].reports, "add", fail)
    with caplog.at_level(logging.ERROR):
        for _ in range(5):
            last = read_events(evaluate(client))[-1]
            assert last["event"] == "failed"
            assert last["error"]["code"] == "internal_error"
            assert "fire" not in last["error"]["message"]
    assert "the store is on fire" in caplog.text


def test_unread_response_releases_its_slot(app: Flask, client: FlaskClient):
    """It is closed before the first event."""
    for _ in range(5):
        answer = client.post("/evaluate", json=evaluation_uploads.as_json(), headers={"Accept": EVENTS}, buffered=False)
        answer.close()
    assert evaluate(client).status_code == 200
    with app.extensions[EXTENSION_KEY].evaluations.reserve_slot():
        pass
