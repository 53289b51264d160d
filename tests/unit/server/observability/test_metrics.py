"""GET /metrics: what Prometheus reads."""

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from tests.support.evaluation_uploads import as_json
from tests.support.pictures import encoded, seven


def samples(client: FlaskClient) -> dict[tuple, float]:
    """Name and labels -> value."""
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    families = text_string_to_metric_families(answer.text)
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


def test_requests_are_counted_by_route_method_and_status(client: FlaskClient):
    """By the route's pattern, so that no client can make up labels."""
    client.get("/models/digits")
    client.get("/models/letters")
    client.get("/models/numbers")
    client.get("/made/up")
    client.open("/made/up", method="BREW")
    found = samples(client)
    name = "inkling_requests_total"
    assert found[(name, ("method", "GET"), ("route", "/models/<name>"), ("status", "200"))] == 1
    assert found[(name, ("method", "GET"), ("route", "/models/<name>"), ("status", "404"))] == 2
    assert found[(name, ("method", "GET"), ("route", "other"), ("status", "404"))] == 1
    assert found[(name, ("method", "other"), ("route", "other"), ("status", "404"))] == 1
    assert found[("inkling_request_seconds_count", ("route", "/models/<name>"))] == 3


def test_answers_are_counted_by_model_and_label(client: FlaskClient):
    """Pictures, labels, and the seconds that the model took."""
    body = {"pixels": [seven().tolist()] * 3}
    label = client.post("/predict", json=body).json["predictions"][0]["label"]
    client.post("/evaluate", json=as_json())
    found = samples(client)
    assert found[("inkling_predictions_total", ("label", label), ("model", "digits"))] == 3
    assert found[("inkling_pictures_total", ("route", "/predict"))] == 3
    assert found[("inkling_pictures_total", ("route", "/evaluate"))] == 5
    assert found[("inkling_model_seconds_total", ("model", "digits"))] > 0


def test_the_state_of_the_server_is_told(make_app, models_folder):
    """Workers, readiness, reports that are kept."""
    client = make_app().test_client()
    client.post("/evaluate", json=as_json())
    found = samples(client)
    assert (found[("inkling_workers",)], found[("inkling_ready",)], found[("inkling_reports",)]) == (1, 1, 1)
    (models_folder / "digits.onnx").unlink()
    assert samples(make_app().test_client())[("inkling_ready",)] == 0


@pytest.mark.parametrize("path", ["/predict", "/evaluate"])
def test_what_fails_counts_no_picture(client: FlaskClient, path: str):
    """But it counts as a request."""
    client.post(path, data=encoded(seven())[:100], content_type="image/png")
    found = samples(client)
    assert not any(name[0] == "inkling_pictures_total" for name in found)
    assert sum(value for name, value in found.items() if name[0] == "inkling_requests_total") == 1
