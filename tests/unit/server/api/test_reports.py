"""GET /reports: pages of summaries, reports, and confusion matrices in four forms."""

import csv
import io
import struct
from xml.etree import ElementTree

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.extensions import KEY
from tests.support.assertions import assert_error
from tests.support.evaluation_uploads import as_json

COUNTS = [[4, 1, 0], [2, 3, 0], [0, 0, 0]]


def report(number: int, labels: list[str] | None = None) -> dict:
    """A small report as /evaluate would keep it."""
    return {
        "id": f"{number:04x}",
        "model": "digits",
        "created": "2026-01-01T00:00:00.000+00:00",
        "data": {"name": "set", "n": 10, "sha256": "0" * 64},
        "accuracy": 0.7,
        "loss": 0.5,
        "seconds": 0.1,
        "confusion_matrix": {"labels": labels or ["a", "b", "c"], "rows": "true", "columns": "predicted", "counts": COUNTS},
        "mistakes": [],
    }


def keep(app: Flask, *reports: dict) -> None:
    """Put reports into the app's store."""
    for each in reports:
        app.extensions[KEY].reports.add(each)


def test_pages_hold_every_report_once_newest_first(app: Flask, client: FlaskClient):
    """Going on from next to next gives all reports in order, without their large parts."""
    keep(app, *(report(number) for number in range(7)))
    seen, query = [], "limit=3"
    while query:
        answer = client.get(f"/reports?{query}").json
        assert len(answer["reports"]) <= 3
        seen += answer["reports"]
        query = answer["next"] and f"limit=3&before={answer['next']}"
    assert [each["id"] for each in seen] == [f"{number:04x}" for number in reversed(range(7))]
    assert seen[0].keys() == {"id", "model", "created", "data", "accuracy", "loss", "seconds"}


def test_summaries_are_parts_of_their_reports(client: FlaskClient):
    """What the list says, the report says."""
    full = client.post("/evaluate", json=as_json()).json
    (summary,) = client.get("/reports").json["reports"]
    assert summary == {key: full[key] for key in summary}
    (longer,) = client.get("/reports?show=crops").json["reports"]
    assert longer == summary | {"crops": full["crops"]}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=-1", "limit=x", "limit=1.5", "limit=", "limit=٣", "page=2", "show=all"]
)
def test_a_bad_page_is_refused(client: FlaskClient, query: str):
    """A page has at least one report and at most 500."""
    assert_error(client.get(f"/reports?{query}"), 400, "bad_input")


@pytest.mark.parametrize(
    "path", ["/reports/beef", "/reports/latest", "/reports/latest/confusion-matrix", "/reports?before=beef"]
)
def test_an_unknown_report_is_not_found(client: FlaskClient, path: str):
    """Neither by ID nor as the latest of none."""
    assert_error(client.get(path), 404, "unknown_report")


def test_only_so_many_reports_are_kept(make_app):
    """The oldest go."""
    app = make_app(max_reports=3)
    keep(app, *(report(number) for number in range(5)))
    kept = app.test_client().get("/reports").json["reports"]
    assert [each["id"] for each in kept] == ["0004", "0003", "0002"]


MEDIA_TYPES = {"json": "application/json", "csv": "text/csv", "png": "image/png", "svg": "image/svg+xml"}


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_the_matrix_comes_in_the_form_asked_for(app: Flask, client: FlaskClient, form: str):
    """By Accept and by format, with and without a share."""
    keep(app, report(1))
    path, media_type = "/reports/latest/confusion-matrix", MEDIA_TYPES[form]
    by_accept = client.get(path, headers={"Accept": f"text/plain;q=0.9, {media_type};q=0.8"})
    by_format = client.get(f"{path}?format={form}", headers={"Accept": "text/plain"})
    assert by_accept.status_code == by_format.status_code == 200
    assert by_accept.mimetype == by_format.mimetype == media_type
    assert by_accept.data == by_format.data
    assert by_accept.headers["Vary"] == "Accept"
    for normalize in ("true", "predicted", "all"):
        shares = client.get(f"{path}?format={form}&normalize={normalize}")
        assert shares.status_code == 200
        assert shares.data != by_format.data


def test_json_is_what_comes_where_all_is_welcome(app: Flask, client: FlaskClient):
    """With no Accept header, or with any type in it."""
    keep(app, report(1))
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/*"}):
        answer = client.get("/reports/0001/confusion-matrix", headers=headers)
        assert answer.json["counts"] == COUNTS
        assert answer.json["labels"] == ["a", "b", "c"]
        assert (answer.json["rows"], answer.json["columns"]) == ("true", "predicted")


SHARES = {
    "true": [[0.8, 0.2, 0], [0.4, 0.6, 0], [0, 0, 0]],
    "predicted": [[4 / 6, 0.25, 0], [2 / 6, 0.75, 0], [0, 0, 0]],
    "all": [[0.4, 0.1, 0], [0.2, 0.3, 0], [0, 0, 0]],
}


@pytest.mark.parametrize("normalize", SHARES)
def test_shares_are_stated_whole(app: Flask, client: FlaskClient, normalize: str):
    """Of each row, of each column, of all; what has no counts stays 0. JSON and CSV agree."""
    keep(app, report(1))
    path = f"/reports/latest/confusion-matrix?normalize={normalize}"
    assert np.allclose(client.get(path).json["shares"], SHARES[normalize])
    rows = list(csv.reader(io.StringIO(client.get(f"{path}&format=csv").text)))
    assert rows[0] == ["true\\predicted", "a", "b", "c"]
    assert [row[0] for row in rows[1:]] == ["a", "b", "c"]
    assert np.allclose([[float(cell) for cell in row[1:]] for row in rows[1:]], SHARES[normalize])


def test_csv_holds_the_counts_and_no_formula(app: Flask, client: FlaskClient):
    """Labels with commas, quotes and line ends survive; none begins as a spreadsheet's formula does."""
    labels = ["=1+1", 'a,"b"', "-\n2"]
    keep(app, report(1, labels))
    text = client.get("/reports/latest/confusion-matrix?format=csv").text
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["true\\predicted", "'=1+1", 'a,"b"', "'-\n2"]
    assert rows[1:] == [["'=1+1", "4", "1", "0"], ['a,"b"', "2", "3", "0"], ["'-\n2", "0", "0", "0"]]


def test_pictures_are_whole(app: Flask, client: FlaskClient):
    """The PNG has a size, the SVG is well-formed and names its labels."""
    keep(app, report(1))
    png = client.get("/reports/latest/confusion-matrix?format=png").data
    assert png.startswith(b"\x89PNG")
    assert min(struct.unpack(">II", png[16:24])) > 100
    svg = client.get("/reports/latest/confusion-matrix?format=svg").text
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 our own


@pytest.mark.parametrize(
    ("query", "accept", "status", "code"),
    [
        ("", "text/html", 406, "not_acceptable"),
        ("", "image/webp, text/plain", 406, "not_acceptable"),
        ("?format=xml", "*/*", 400, "bad_input"),
        ("?format=", "*/*", 400, "bad_input"),
        ("?normalize=rows", "*/*", 400, "bad_input"),
        ("?normalize=true&normalize=all", "*/*", 400, "bad_input"),
        ("?normalise=true", "*/*", 400, "bad_input"),
    ],
)
def test_a_form_that_is_not_on_offer_is_refused(app: Flask, client: FlaskClient, query, accept, status, code):
    """Neither guessed nor ignored."""
    keep(app, report(1))
    assert_error(client.get(f"/reports/latest/confusion-matrix{query}", headers={"Accept": accept}), status, code)
