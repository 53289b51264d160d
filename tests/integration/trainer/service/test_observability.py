"""Metrics and the request log of the trainer service."""

from typing import Any

import orjson
from prometheus_client.parser import text_string_to_metric_families

from tests.support.trainer_process import TrainerProcess, wait_for


def samples(service: TrainerProcess) -> dict[tuple, float]:
    """Name and label values, in alphabetical order of the labels -> value."""
    text = service.request("GET", "/metrics").body.decode()
    families = text_string_to_metric_families(text)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_describe_training(service: TrainerProcess, finished_job: dict[str, Any]):
    """Jobs by state, and the steps and images of the fits since the start."""
    found = samples(service)
    assert found[("inkling_jobs", "finished")] >= 1
    assert found[("inkling_jobs", "running")] == 0
    assert found[("inkling_training_steps_total",)] >= finished_job["progress"]["step"] > 0
    assert found[("inkling_training_images_total",)] >= finished_job["progress"]["images_seen"] > 0
    assert found[("inkling_training_images_per_second",)] == 0
    assert found[("inkling_store_up",)] == 1


def test_requests_are_counted_and_logged(idle_service: TrainerProcess):
    """With the error's code and the ID that the client chose."""
    response = idle_service.request("GET", "/jobs/nothing", X_Request_ID="mine-1")
    assert response.headers["X-Request-ID"] == "mine-1"
    found = samples(idle_service)
    assert found[("inkling_http_requests_total", "GET", "/jobs/<job_id>", "404")] >= 1
    assert found[("inkling_http_errors_total", "job_not_found", "/jobs/<job_id>")] >= 1

    def logged() -> list[dict]:
        lines = map(orjson.loads, idle_service.request_log.read_bytes().splitlines())
        return [entry for entry in lines if entry["request_id"] == "mine-1"]

    (entry,) = wait_for(logged, "the request log")
    assert (entry["service"], entry["route"], entry["status"]) == ("trainer", "/jobs/<job_id>", 404)
    assert entry["code"] == "job_not_found"
