"""GET /reports/ID/images: those of any cell of the confusion matrix, page by page, and how many are kept."""

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from inkling.service.http.errors import NoImages, UnknownReport
from inkling.service.store.database import open_database
from server.extensions import KEY
from server.store import report_images
from server.store.reports import Reports
from tests.support.assertions import assert_error
from tests.support.dataset_files import drawings
from tests.support.server_fixtures import MakeApp
from tests.unit.server.api.test_reports import report

N = 60


def body(n: int = N) -> dict:
    """A set of n different drawings, whose labels have nothing to do with them."""
    return {"images": drawings(n).tolist(), "labels": [str(index % 10) for index in range(n)]}


@pytest.fixture
def scored(client: FlaskClient) -> dict:
    """A report."""
    return client.post("/evaluate", json=body()).json


def every(client: FlaskClient, query: str = "", limit: int = 7) -> list[dict]:
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


@pytest.mark.usefixtures("scored")
def test_all_images_come_with_their_answers(app: Flask, client: FlaskClient):
    """In the set's order, as the predictor answers them."""
    predictor = app.extensions[KEY].models.loaded["digits"].predictor
    images = every(client)
    assert [each["index"] for each in images] == list(range(N))
    assert [each["true"] for each in images] == body()["labels"]
    again = predictor.predict(np.array([each["image"] for each in images], np.uint8)).probabilities
    assert np.allclose([each["probabilities"] for each in images], again, atol=1e-6)
    for each, answers in zip(images, again, strict=True):
        assert each["predicted"] == predictor.card.labels[answers.argmax()]
        assert each["confidence"] == pytest.approx(max(each["probabilities"]), abs=2e-6)
        assert each["known"] == bool(predictor.card.knows(answers))


def test_every_cell_holds_the_images_that_it_counts(client: FlaskClient, scored: dict):
    """Cell by cell of the confusion matrix."""
    labels, counts = scored["confusion_matrix"]["labels"], scored["confusion_matrix"]["counts"]
    for i, true in enumerate(labels):
        for j, predicted in enumerate(labels):
            answer = client.get(f"/reports/{scored['id']}/images?true={true}&predicted={predicted}&limit=500").json
            assert answer["n"] == len(answer["images"]) == counts[i][j]
            assert {(each["true"], each["predicted"]) for each in answer["images"]} <= {(true, predicted)}


def test_mistakes_are_those_of_the_report(client: FlaskClient, scored: dict):
    """In its order, the surest first."""
    seen = [
        {key: each[key] for key in ("index", "true", "predicted", "confidence")} for each in every(client, "&order=mistakes")
    ]
    assert seen == scored["mistakes"]


@pytest.mark.parametrize("order", ["index", "surest", "unsure", "mistakes"])
@pytest.mark.usefixtures("scored")
def test_pages_hold_every_image_once(client: FlaskClient, order: str):
    """In every order, whatever the size of a page."""
    whole = every(client, f"&order={order}", 500)
    assert every(client, f"&order={order}", 7) == every(client, f"&order={order}", 1) == whole
    assert len({each["index"] for each in whole}) == len(whole)


def test_what_known_refuses_can_be_seen(client: FlaskClient, scored: dict):
    """As many as the report says."""
    refused = every(client, "&known=false")
    assert len(refused) == pytest.approx(scored["known"]["refused"] * N)
    assert len(refused) + len(every(client, "&known=true")) == N


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
@pytest.mark.usefixtures("scored")
def test_a_bad_query_is_refused(client: FlaskClient, query: str):
    """Also a page that goes on after an image of another cell."""
    assert_error(client.get(f"/reports/latest/images?{query}"), 400, "bad_input")


def test_an_unknown_report_is_not_found(client: FlaskClient):
    """Nor its images."""
    for name in ("beef", "latest", "a%00b"):
        assert_error(client.get(f"/reports/{name}/images"), 404, "unknown_report")


def test_a_report_without_images_says_so(app: Flask, client: FlaskClient):
    """One of an older server, or older than the newest ones."""
    app.extensions[KEY].reports.add(report(1))
    assert_error(client.get("/reports/0001/images"), 404, "no_images", "0001", "newest 100")


@pytest.mark.parametrize(("settings", "kept"), [({"max_report_images": 0}, 0), ({"max_reports_with_images": 0}, 0)])
def test_none_are_kept_where_none_may_be(make_app: MakeApp, settings: dict, kept: int):
    """The report is as ever."""
    app = make_app(**settings)
    answer = app.test_client().post("/evaluate", json=body())
    assert answer.status_code == 201
    assert_error(app.test_client().get("/reports/latest/images"), 404, "no_images")
    assert rows(app.extensions[KEY].reports) == kept


def test_only_so_many_images_are_kept(make_app: MakeApp):
    """Mistakes before others; those that are kept say how many there are."""
    client = make_app(max_report_images=10).test_client()
    mistakes = client.post("/evaluate", json=body()).json["mistakes"]
    answer = client.get("/reports/latest/images").json
    assert (answer["kept"], answer["n"]) == (10, 10)
    assert {each["index"] for each in answer["images"]} == {each["index"] for each in mistakes[:10]}


def rows(reports: Reports) -> int:
    """How many reports keep images."""
    with reports.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(report_images.table)).scalar_one()


def test_the_newest_reports_keep_their_images(address: str):
    """On both databases: images go with their report, and before it where there are too many of them."""
    engine = open_database(address)
    reports = Reports(engine, most=4, most_with_images=2)
    for number in range(3):
        reports.add(report(number), bytes([number]) * 3)
    reports.add(report(3))
    assert reports.images("0002") == (report(2), b"\2\2\2")
    assert reports.images("0001") == (report(1), b"\1\1\1")
    for name in ("0000", "0003", "latest"):
        with pytest.raises(NoImages):
            reports.images(name)
    Reports(engine, most=4, most_with_images=1).add(report(4))  # as after a restart with another bound
    assert rows(reports) == 1
    for number in range(5, 7):
        reports.add(report(number))
    with pytest.raises(UnknownReport):
        reports.images("0002")
    assert rows(reports) == 0
    engine.dispose()
