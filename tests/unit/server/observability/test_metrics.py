"""GET /metrics."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.parser import text_string_to_metric_families

from inkling.models.repository import ModelRepository
from server.observability.metrics import WorkersCollector
from tests.support.canary import publish_versions
from tests.support.evaluation_uploads import as_json
from tests.support.model_versions import write_model_version
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_fixtures import MakeApp


def samples(client: FlaskClient) -> dict[tuple, float]:
    """Name and labels -> value."""
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    families = text_string_to_metric_families(answer.text)
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


def test_requests_are_counted(client: FlaskClient):
    """By route pattern, method and status; unknown ones share a label."""
    client.get("/models/digits")
    client.get("/models/letters")
    client.get("/models/numbers")
    client.get("/made/up")
    client.open("/made/up", method="BREW")
    found = samples(client)
    name = "inkling_http_requests_total"
    assert found[(name, ("method", "GET"), ("route", "/models/<name>"), ("status", "200"))] == 1
    assert found[(name, ("method", "GET"), ("route", "/models/<name>"), ("status", "404"))] == 2
    assert found[(name, ("method", "GET"), ("route", "other"), ("status", "404"))] == 1
    assert found[(name, ("method", "other"), ("route", "other"), ("status", "404"))] == 1
    assert found[("inkling_http_request_duration_seconds_count", ("route", "/models/<name>"))] == 3


def test_predictions_are_counted(client: FlaskClient):
    """By model, version and label, with the inference time."""
    body = {"pixels": [draw_seven().tolist()] * 3}
    response = client.post("/predict", json=body)
    label, version = response.json["predictions"][0]["label"], response.headers["X-Inkling-Model"].partition("sha256=")[2][:12]
    client.post("/evaluate", json=as_json())
    found = samples(client)
    assert found[("inkling_predictions_total", ("label", label), ("model", "digits"), ("version", version))] == 3
    assert found[("inkling_pictures_total", ("route", "/predict"))] == 3
    assert found[("inkling_pictures_total", ("route", "/evaluate"))] == 5
    assert found[("inkling_inference_seconds_total", ("model", "digits"), ("version", version))] > 0


def test_versions_have_samples_of_their_own(make_app: MakeApp, models_folder: Path, tmp_path: Path):
    """As long as they are in the repository."""
    hashes = publish_versions(models_folder, share=0.25)
    client = make_app().test_client()
    name, body = "inkling_inference_seconds_total", {"pixels": draw_seven().tolist()}

    def versions(name: str) -> set[str]:
        return {dict(key[1:])["version"] for key in samples(client) if key[0] == name}

    for sha256 in hashes.values():
        assert client.post(f"/predict?version={sha256}", json=body).status_code == 200
    assert versions(name) == versions("inkling_predictions_total") == {sha256[:12] for sha256 in hashes.values()}
    found = samples(client)
    for state, share in (("candidate", 0.25), ("current", 0.75)):
        assert found[("inkling_traffic_share", ("model", "digits"), ("version", hashes[state][:12]))] == share
    ModelRepository(models_folder).publish_candidate(write_model_version(tmp_path, 9), "digits")
    assert versions(name) == {hashes[state][:12] for state in ("previous", "current")}


def test_gauges(make_app, models_folder):
    """Workers, readiness, stored reports."""
    client = make_app().test_client()
    client.post("/evaluate", json=as_json())
    found = samples(client)
    assert (found[("inkling_workers",)], found[("inkling_ready",)], found[("inkling_reports",)]) == (1, 1, 1)
    (models_folder / "digits.onnx").unlink()
    assert samples(make_app().test_client())[("inkling_ready",)] == 0


@pytest.mark.parametrize("path", ["/predict", "/evaluate"])
def test_failed_requests_count_no_pictures(client: FlaskClient, path: str):
    """Only as requests."""
    client.post(path, data=encode_picture(draw_seven())[:100], content_type="image/png")
    found = samples(client)
    assert not any(name[0] == "inkling_pictures_total" for name in found)
    assert sum(value for name, value in found.items() if name[0] == "inkling_http_requests_total") == 1


def test_metrics_of_a_starting_worker_are_skipped(tmp_path: Path):
    """Its files exist before they have a size; those of other workers are summed."""
    for pid in (1, 2):
        file = MmapedDict(tmp_path / f"counter_{pid}.db")
        file.write_value(mmap_key("requests", "requests_total", [], [], "Requests."), 3.0, 0.0)
        file.close()
    (tmp_path / "counter_3.db").touch()
    (metric,) = WorkersCollector(tmp_path).collect()
    assert [sample.value for sample in metric.samples] == [6]
