"""GET /reports/ID/images."""

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from server.extensions import EXTENSION_KEY
from server.store import report_images
from server.store.reports import ReportStore
from tests.support.assertions import assert_error
from tests.support.dataset_files import drawings
from tests.support.reports import make_report
from tests.support.server_fixtures import MakeApp

N = 60


def labeled_drawings(n: int = N) -> dict:
    """A dataset of n different drawings with arbitrary labels."""
    return {"images": drawings(n).tolist(), "labels": [str(index % 10) for index in range(n)]}


@pytest.fixture
def report(client: FlaskClient) -> dict:
    """The report of an evaluation."""
    return client.post("/evaluate", json=labeled_drawings()).json


def fetch_all(client: FlaskClient, query: str = "", limit: int = 7) -> list[dict]:
    """All images of a query, page by page."""
    seen, before = [], ""
    while True:
        answer = client.get(f"/reports/latest/images?limit={limit}{query}{before}").json
        seen += answer["images"]
        assert len(answer["images"]) <= limit
        if answer["next"] is None:
            assert answer["n"] == len(seen)
            return seen
        before = f"&before={answer['next']}"


@pytest.mark.usefixtures("report")
def test_images_have_predictions(app: Flask, client: FlaskClient):
    """In dataset order, equal to those of the predictor."""
    predictor = app.extensions[EXTENSION_KEY].models.loaded["digits"].predictor
    images = fetch_all(client)
    assert [each["index"] for each in images] == list(range(N))
    assert [each["true"] for each in images] == labeled_drawings()["labels"]
    again = predictor.predict(np.array([each["image"] for each in images], np.uint8)).probabilities
    assert np.allclose([each["probabilities"] for each in images], again, atol=1e-6)
    for each, answers in zip(images, again, strict=True):
        assert each["predicted"] == predictor.card.labels[answers.argmax()]
        assert each["confidence"] == pytest.approx(max(each["probabilities"]), abs=2e-6)
        assert each["known"] == bool(predictor.card.is_known(answers))


def test_filter_by_cell(client: FlaskClient, report: dict):
    """Each cell of the confusion matrix has as many images as it counts."""
    labels, counts = report["confusion_matrix"]["labels"], report["confusion_matrix"]["counts"]
    for i, true in enumerate(labels):
        for j, predicted in enumerate(labels):
            answer = client.get(f"/reports/{report['id']}/images?true={true}&predicted={predicted}&limit=500").json
            assert answer["n"] == len(answer["images"]) == counts[i][j]
            assert {(each["true"], each["predicted"]) for each in answer["images"]} <= {(true, predicted)}


def test_mistakes_equal_those_of_the_report(client: FlaskClient, report: dict):
    """In the same order."""
    seen = [
        {key: each[key] for key in ("index", "true", "predicted", "confidence")}
        for each in fetch_all(client, "&order=mistakes")
    ]
    assert seen == report["mistakes"]


@pytest.mark.parametrize("order", ["index", "most_confident", "least_confident", "mistakes"])
@pytest.mark.usefixtures("report")
def test_pages_have_every_image_once(client: FlaskClient, order: str):
    """In every order and for every page size."""
    whole = fetch_all(client, f"&order={order}", 500)
    assert fetch_all(client, f"&order={order}", 7) == fetch_all(client, f"&order={order}", 1) == whole
    assert len({each["index"] for each in whole}) == len(whole)


def test_filter_by_known(client: FlaskClient, report: dict):
    """As many as the report counts."""
    rejected = fetch_all(client, "&known=false")
    assert len(rejected) == pytest.approx(report["known"]["rejected"] * N)
    assert len(rejected) + len(fetch_all(client, "&known=true")) == N


@pytest.mark.parametrize(
    "query",
    [
        "true=x",
        "predicted=",
        "known=yes",
        "order=worst",
        "limit=0",
        "limit=501",
        "before=x",
        "before=-1",
        "before=999",
        "before=",
        "true=1&before=2",
        "label=1",
    ],
)
@pytest.mark.usefixtures("report")
def test_invalid_query_is_refused(client: FlaskClient, query: str):
    """Also `before` with an image that does not match the filter."""
    assert_error(client.get(f"/reports/latest/images?{query}"), 400, "invalid_input")


def test_unknown_report(client: FlaskClient):
    """404."""
    for name in ("beef", "latest", "a%00b"):
        assert_error(client.get(f"/reports/{name}/images"), 404, "report_not_found")


def test_report_without_images(app: Flask, client: FlaskClient):
    """Has its own error code."""
    app.extensions[EXTENSION_KEY].reports.add(make_report(1))
    assert_error(client.get("/reports/0001/images"), 404, "images_not_stored")


@pytest.mark.parametrize("settings", [{"max_report_images": 0}, {"max_reports_with_images": 0}])
def test_images_can_be_disabled(make_app: MakeApp, settings: dict):
    """By either limit; the report is stored anyway."""
    app = make_app(**settings)
    answer = app.test_client().post("/evaluate", json=labeled_drawings())
    assert answer.status_code == 201
    assert_error(app.test_client().get("/reports/latest/images"), 404, "images_not_stored")
    assert count_rows(app.extensions[EXTENSION_KEY].reports) == 0


def test_number_of_images_is_limited(make_app: MakeApp):
    """Mistakes are stored first."""
    client = make_app(max_report_images=10).test_client()
    mistakes = client.post("/evaluate", json=labeled_drawings()).json["mistakes"]
    answer = client.get("/reports/latest/images").json
    assert (answer["stored"], answer["n"]) == (10, 10)
    assert {each["index"] for each in answer["images"]} == {each["index"] for each in mistakes[:10]}


def count_rows(reports: ReportStore) -> int:
    """The number of reports with images."""
    with reports.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(report_images.table)).scalar_one()


def test_one_image_by_its_index(client: FlaskClient, report: dict):
    """Of the images that match the other parameters."""
    answer = client.get(f"/reports/{report['id']}/images?index=17").json
    assert [each["index"] for each in answer["images"]] == [17]
    assert (answer["n"], answer["next"]) == (1, None)
    assert client.get(f"/reports/latest/images?index={N}").json["images"] == []
    assert_error(client.get("/reports/latest/images?index=-1"), 400, "invalid_input")


@pytest.mark.usefixtures("report")
def test_embedding_of_all_images(client: FlaskClient):
    """A point per image, with its labels."""
    images, answer = fetch_all(client), client.get("/reports/latest/embedding").json
    assert answer["index"] == [each["index"] for each in images]
    for name in ("true", "predicted"):
        assert [answer["labels"][index] for index in answer[name]] == [each[name] for each in images]
    assert np.shape(answer["points"]) == (N, 2)
    assert 0 < answer["explained_variance"][1] <= answer["explained_variance"][0]
    assert np.allclose(np.mean(answer["points"], 0), 0, atol=1e-2)


@pytest.mark.usefixtures("report")
def test_embedding_of_many_images(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    """Only some of them, mistakes first."""
    images = fetch_all(client)
    monkeypatch.setattr("server.api.reports.views.MAX_POINTS", 55)
    answer = client.get("/reports/latest/embedding").json
    wrong = {each["index"] for each in images if each["true"] != each["predicted"]}
    assert len(answer["index"]) == 55
    assert len(wrong - set(answer["index"])) == max(0, len(wrong) - 55)


def test_embedding_without_a_report(client: FlaskClient):
    """404."""
    assert_error(client.get("/reports/latest/embedding"), 404, "report_not_found")
