"""GET /reports: pages, reports and confusion matrices."""

import csv
import io
import struct
from xml.etree import ElementTree

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.extensions import EXTENSION_KEY
from tests.support.assertions import assert_error
from tests.support.evaluation_uploads import as_json
from tests.support.reports import COUNTS, make_report


def store(app: Flask, *reports: dict) -> None:
    """Store reports."""
    for each in reports:
        app.extensions[EXTENSION_KEY].reports.add(each)


def test_pages_have_every_report_once(app: Flask, client: FlaskClient):
    """Newest first, as summaries."""
    store(app, *(make_report(number) for number in range(7)))
    seen, query = [], "limit=3"
    while query:
        answer = client.get(f"/reports?{query}").json
        assert len(answer["reports"]) <= 3
        seen += answer["reports"]
        query = answer["next"] and f"limit=3&before={answer['next']}"
    assert [each["id"] for each in seen] == [f"{number:04x}" for number in reversed(range(7))]
    assert seen[0].keys() == {"id", "model", "created", "data", "accuracy", "loss", "seconds"}


def test_summaries_equal_their_reports(client: FlaskClient):
    """In every field they have."""
    full = client.post("/evaluate", json=as_json()).json
    (summary,) = client.get("/reports").json["reports"]
    assert summary == {key: full[key] for key in summary}
    (longer,) = client.get("/reports?show=crops").json["reports"]
    assert longer == summary | {"crops": full["crops"]}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=-1", "limit=x", "limit=1.5", "limit=", "limit=٣", "page=2", "show=all"]
)
def test_invalid_query_is_refused(client: FlaskClient, query: str):
    """Unknown parameters, limits out of range."""
    assert_error(client.get(f"/reports?{query}"), 400, "invalid_input")


@pytest.mark.parametrize(
    "path", ["/reports/beef", "/reports/latest", "/reports/latest/confusion-matrix", "/reports?before=beef"]
)
def test_unknown_report(client: FlaskClient, path: str):
    """By ID, and `latest` without any report."""
    assert_error(client.get(path), 404, "report_not_found")


def test_oldest_reports_are_deleted(make_app):
    """Beyond max_reports."""
    app = make_app(max_reports=3)
    store(app, *(make_report(number) for number in range(5)))
    stored = app.test_client().get("/reports").json["reports"]
    assert [each["id"] for each in stored] == ["0004", "0003", "0002"]


MEDIA_TYPES = {"json": "application/json", "csv": "text/csv", "png": "image/png", "svg": "image/svg+xml"}


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_confusion_matrix_formats(app: Flask, client: FlaskClient, form: str):
    """By Accept and by format, with and without normalization."""
    store(app, make_report(1))
    path, media_type = "/reports/latest/confusion-matrix", MEDIA_TYPES[form]
    by_accept = client.get(path, headers={"Accept": f"text/plain;q=0.9, {media_type};q=0.8"})
    by_format = client.get(f"{path}?format={form}", headers={"Accept": "text/plain"})
    assert by_accept.status_code == by_format.status_code == 200
    assert by_accept.mimetype == by_format.mimetype == media_type
    assert by_accept.data == by_format.data
    assert by_accept.headers["Vary"] == "Accept"
    for normalize in ("true", "predicted", "all"):
        normalized = client.get(f"{path}?format={form}&normalize={normalize}")
        assert normalized.status_code == 200
        assert normalized.data != by_format.data


def test_json_is_the_default(app: Flask, client: FlaskClient):
    """Without Accept header, or with wildcards."""
    store(app, make_report(1))
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/*"}):
        answer = client.get("/reports/0001/confusion-matrix", headers=headers)
        assert answer.json["counts"] == COUNTS
        assert answer.json["labels"] == ["a", "b", "c"]
        assert (answer.json["rows"], answer.json["columns"]) == ("true", "predicted")


NORMALIZED = {
    "true": [[0.8, 0.2, 0], [0.4, 0.6, 0], [0, 0, 0]],
    "predicted": [[4 / 6, 0.25, 0], [2 / 6, 0.75, 0], [0, 0, 0]],
    "all": [[0.4, 0.1, 0], [0.2, 0.3, 0], [0, 0, 0]],
}


@pytest.mark.parametrize("normalize", NORMALIZED)
def test_normalized_confusion_matrix(app: Flask, client: FlaskClient, normalize: str):
    """By row, column or total; empty rows stay 0. JSON and CSV agree."""
    store(app, make_report(1))
    path = f"/reports/latest/confusion-matrix?normalize={normalize}"
    assert np.allclose(client.get(path).json["normalized"], NORMALIZED[normalize])
    rows = list(csv.reader(io.StringIO(client.get(f"{path}&format=csv").text)))
    assert rows[0] == ["true\\predicted", "a", "b", "c"]
    assert [row[0] for row in rows[1:]] == ["a", "b", "c"]
    assert np.allclose([[float(cell) for cell in row[1:]] for row in rows[1:]], NORMALIZED[normalize])


def test_csv_escapes_formulas(app: Flask, client: FlaskClient):
    """Commas, quotes and line breaks survive."""
    labels = ["=1+1", 'a,"b"', "-\n2"]
    store(app, make_report(1, labels))
    text = client.get("/reports/latest/confusion-matrix?format=csv").text
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["true\\predicted", "'=1+1", 'a,"b"', "'-\n2"]
    assert rows[1:] == [["'=1+1", "4", "1", "0"], ['a,"b"', "2", "3", "0"], ["'-\n2", "0", "0", "0"]]


def test_png_and_svg_are_valid(app: Flask, client: FlaskClient):
    """The PNG has a size, and the SVG is well-formed."""
    store(app, make_report(1))
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
        ("?format=xml", "*/*", 400, "invalid_input"),
        ("?format=", "*/*", 400, "invalid_input"),
        ("?normalize=rows", "*/*", 400, "invalid_input"),
        ("?normalize=true&normalize=all", "*/*", 400, "invalid_input"),
        ("?normalise=true", "*/*", 400, "invalid_input"),
    ],
)
def test_unavailable_format_is_refused(app: Flask, client: FlaskClient, query, accept, status, code):
    """By Accept and by query."""
    store(app, make_report(1))
    assert_error(client.get(f"/reports/latest/confusion-matrix{query}", headers={"Accept": accept}), status, code)
