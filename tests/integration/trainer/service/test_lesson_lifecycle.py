"""Lessons as data, fits and published models, and after a restart."""

import json
import os
import signal
import subprocess
import threading

import numpy as np
import pytest

from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from inkling.models.predictor import Predictor
from tests.support.lesson_steps import (
    EXAMPLES,
    create_lesson,
    draw_cross,
    draw_ring,
    get_lesson,
    predict,
    train,
    train_on_examples,
)
from tests.support.server_process import ServerProcess
from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import COMMAND, LONG_FIT, SHORT_FIT, TrainerProcess
from trainer.data.split import split
from trainer.lessons.registry import LESSON_NETWORKS
from trainer.lessons.run_folder import ROLE
from trainer.runs.run import Run


@pytest.fixture(scope="module")
def trained_lessons(service: TrainerProcess) -> dict[str, str]:
    """The IDs of a lesson of each network that was trained on all examples."""
    numbers = {network: create_lesson(service, network=network)["id"] for network in LESSON_NETWORKS}
    for lesson_id in numbers.values():
        train_on_examples(service, lesson_id)
    return numbers


def image_of(strokes: list) -> np.ndarray:
    """The image of a drawing, uint8 (28, 28)."""
    return normalize(rasterize([np.array(stroke) for stroke in strokes]))


@pytest.mark.slow
@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_a_published_model_predicts_like_the_lesson(service: TrainerProcess, trained_lessons: dict[str, str], network: str):
    """Its card says what was measured on what, and the lesson lists its name. It accepts new drawings."""
    lesson_id = trained_lessons[network]
    published = service.request("POST", f"/lessons/{lesson_id}/publish", {"name": f"lesson-{network}"})
    assert published.status == 201, published.body
    predictor = Predictor(service.models / f"lesson-{network}.onnx")
    assert predictor.card.labels == ["X", "O"]
    assert predictor.card.offsets == [(0, 0)]
    training = predictor.card.raw["training"]
    assert training["lesson"] == {"id": lesson_id, "name": "X, O", "steps": 360}
    assert training["data"][0]["role"] == ROLE
    assert (published.body["n"], published.body["accuracy"]) == (12, predictor.card.raw["report"]["accuracy"])
    for strokes in (draw_cross(0.01), draw_ring(0.2), [[[0, 0], [0, 50]]]):
        responses = predictor.predict(image_of(strokes)[None]).probabilities[0]
        np.testing.assert_allclose(responses, predict(service, lesson_id, strokes)["probabilities"], atol=1e-5)
    assert get_lesson(service, lesson_id)["published"] == [f"lesson-{network}"]
    assert predictor.card.raw["report"]["data"]["name"].endswith("(training)")
    assert "variants of the drawings" in predictor.card.raw["known"]["how"]
    drawn = np.stack([image_of(draw_cross(0.01)), image_of(draw_ring(0.2))])
    assert predictor.card.is_known(predictor.predict(drawn).probabilities).all()


def test_a_server_loads_a_published_lesson(service: TrainerProcess, trained_lessons: dict[str, str], tmp_path):
    """Its predictions are those of the lesson."""
    assert service.request("POST", f"/lessons/{trained_lessons['perceptron']}/publish", {"name": "served"}).status == 201
    with ServerProcess(service.models, tmp_path, "--workers", "1", "--model", "served") as server:
        for strokes in (draw_cross(0.02), draw_ring(0.1)):
            connection = server.connect()
            body = json.dumps({"strokes": strokes})
            connection.request("POST", "/predict?model=served", body, {"Content-Type": "application/json"})
            (read,) = json.loads(connection.getresponse().read())["predictions"]
            expected = predict(service, trained_lessons["perceptron"], strokes)
            assert read["label"] == expected["label"]
            np.testing.assert_allclose(read["probabilities"], expected["probabilities"], atol=1e-5)


def test_a_lesson_without_drawings_is_not_published(service: TrainerProcess):
    """The export cannot be verified without drawings."""
    lesson_id = create_lesson(service)["id"]
    drawing = train(service, lesson_id, "X", draw_cross()).body["drawing"]
    service.request("DELETE", f"/lessons/{lesson_id}/drawings/{drawing}")
    assert_error(service.request("POST", f"/lessons/{lesson_id}/publish", {"name": "no-drawings"}), 422, "invalid_dataset")
    assert not (service.models / "no-drawings.onnx").exists()


def test_concurrent_publishing_is_rejected(service: TrainerProcess, trained_lessons: dict[str, str]):
    """One request succeeds."""
    responses, path = [], f"/lessons/{trained_lessons['cnn']}/publish"
    threads = [
        threading.Thread(target=lambda: responses.append(service.request("POST", path, {"name": "twice"}))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rejected, accepted = sorted(responses, key=lambda response: -response.status)
    assert accepted.status == 201, accepted.body
    assert_error(rejected, 409, "conflict")


@pytest.mark.slow
@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_the_lesson_adopts_the_weights_of_a_fit(service: TrainerProcess, network: str):
    """A job fits on all drawings; its best weights become those of the lesson, which can be undone."""
    lesson_id = create_lesson(service, network=network, labels=["X", "O"])["id"]
    train_on_examples(service, lesson_id, 1)
    before = get_lesson(service, lesson_id)
    response = service.request("POST", f"/lessons/{lesson_id}/fit", {"epochs": 3, "seed": 4})
    assert response.status == 202, response.body
    job = service.wait_for_end(response.body["id"])
    assert job["state"] == "finished", job["reason"]
    assert job["settings"]["data"] == [f"lesson:{lesson_id}"]
    run = Run.open(service.runs / job["id"])
    assert min(run.data["counts"].values()) >= 2
    after = get_lesson(service, lesson_id)
    assert (after["fit"]["job"], after["fit"]["state"], after["fit"]["adopted"]) == (job["id"], "finished", True)
    kind, best = LESSON_NETWORKS[network], run.read_weights()
    for label, strokes in EXAMPLES:
        expected = dict(zip(run.data["labels"], kind.predict(best, kind.preprocess(image_of(strokes))), strict=True))
        prediction = predict(service, lesson_id, strokes)
        np.testing.assert_allclose(prediction["probabilities"], [expected[each] for each in ("X", "O")], atol=1e-6)
        assert label in expected
    undone = service.request("POST", f"/lessons/{lesson_id}/undo").body
    assert (undone["undone"], undone["steps"], undone["fit"]) == ("fit", before["steps"], None)
    assert get_lesson(service, lesson_id)["fit"] is None


def test_a_lesson_cannot_change_during_its_fit(tmp_path):
    """A fit that is stopped in the queue leaves it as it was."""
    with TrainerProcess(tmp_path, "--warm-workers", "0") as service:
        lesson_id = create_lesson(service)["id"]
        train_on_examples(service, lesson_id, 1)
        before = get_lesson(service, lesson_id)
        running = service.submit(**LONG_FIT)
        job = service.request("POST", f"/lessons/{lesson_id}/fit").body["id"]
        for response in (
            train(service, lesson_id, "X", draw_cross()),
            *(service.request("POST", f"/lessons/{lesson_id}/{act}") for act in ("undo", "reset", "fit")),
            service.request("DELETE", f"/lessons/{lesson_id}"),
        ):
            assert_error(response, 409, "conflict")
        assert predict(service, lesson_id, draw_cross())["label"] == "X"
        service.update_job(job, state="stopped")
        after = get_lesson(service, lesson_id)
        assert (after["fit"]["state"], after["fit"]["adopted"], after["steps"]) == ("stopped", False, before["steps"])
        assert after["weights"] == before["weights"]
        assert train(service, lesson_id, "X", draw_cross()).status == 200
        service.update_job(running, state="stopped")


def test_a_lesson_is_a_dataset(service: TrainerProcess, trained_lessons: dict[str, str]):
    """With histogram, samples and strokes; an empty lesson is not."""
    name = f"lesson:{trained_lessons['perceptron']}"
    sets = {each["name"]: each for each in service.request("GET", "/data").body["data"]}
    assert (sets[name]["n"], sets[name]["histogram"], sets[name]["strokes"]) == (12, {"O": 6, "X": 6}, 12)
    page = service.request("GET", f"/data/{name}/samples?label=O").body
    np.testing.assert_array_equal(page["samples"][0]["pixels"], image_of(draw_ring()))
    assert (
        service.wait_for_end(service.submit(**SHORT_FIT | {"data": [name], "epochs": 1, "batch_size": 4}))["state"]
        == "finished"
    )
    empty = create_lesson(service)["id"]
    for lesson_id in (empty, "none"):
        assert_error(service.request("POST", "/jobs", SHORT_FIT | {"data": [f"lesson:{lesson_id}"]}), 422, "invalid_dataset")


@pytest.mark.slow
def test_the_command_line_fits_on_a_lesson(service: TrainerProcess, trained_lessons: dict[str, str], tmp_path):
    """`--data lesson:ID`, from the database INKLING_STORE."""
    arguments = [
        "fit",
        "--data",
        f"lesson:{trained_lessons['cnn']}",
        "--recipe",
        "tfjs",
        "--epochs",
        "1",
        "--run",
        str(tmp_path / "run"),
    ]
    command = [*COMMAND, *arguments, "--batch-size", "4"]
    completed = subprocess.run(command, env=os.environ | {"INKLING_STORE": service.store}, capture_output=True, text=True)
    assert completed.returncode == 0, completed.stderr
    data = Run.open(tmp_path / "run").data
    assert data["specs"] == [f"lesson:{trained_lessons['cnn']}"]
    assert data["sets"][0]["n"] == 12


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_lessons_survive_a_restart(tmp_path, number: signal.Signals):
    """Weights, drawings and the undo log, however the service ends."""
    with TrainerProcess(tmp_path, "--warm-workers", "0") as service:
        trained_lessons = create_lesson(service, network="cnn")["id"]
        for label, strokes in EXAMPLES:
            train(service, trained_lessons, label, strokes)
        saved = service.request("POST", f"/lessons/{trained_lessons}/save", {"name": "saved lesson"}).body
        assert saved["name"] == "saved lesson"
        assert saved["saved"] >= saved["created"]
        train(service, trained_lessons, "X", draw_cross())
        before, response = get_lesson(service, trained_lessons), predict(service, trained_lessons, draw_cross())
        service.stop(number)
    with TrainerProcess(tmp_path, "--warm-workers", "0") as service:
        assert get_lesson(service, trained_lessons) == before
        assert predict(service, trained_lessons, draw_cross()) == response
        assert train(service, trained_lessons, "X", draw_cross(), 2).body["steps"] == before["steps"] + 2
        assert service.request("POST", f"/lessons/{trained_lessons}/undo").body["steps"] == before["steps"]
        assert predict(service, trained_lessons, draw_cross()) == response


@pytest.mark.slow
def test_an_interrupted_fit_of_a_lesson_can_be_resumed(tmp_path):
    """The lesson can be trained meanwhile, and adopts the weights at the end."""
    with TrainerProcess(tmp_path, "--warm-workers", "0") as service:
        lesson_id = create_lesson(service)["id"]
        train_on_examples(service, lesson_id, 1)
        job = service.request("POST", f"/lessons/{lesson_id}/fit", {"epochs": 300}).body["id"]
        service.wait_for_event(job, "epoch")
        service.stop(signal.SIGKILL)
    with TrainerProcess(tmp_path, "--warm-workers", "0") as service:
        assert get_lesson(service, lesson_id)["fit"]["state"] == "interrupted"
        assert train(service, lesson_id, "X", draw_cross()).status == 200
        service.request("POST", f"/lessons/{lesson_id}/undo")
        *_, left = service.stream_events(job)
        service.update_job(job, state="running")
        assert next(event for event in service.stream_events(job, after=left.number) if event.kind == "batch")
        service.update_job(job, state="stopped")
        assert service.wait_for_end(job)["state"] == "stopped"
        assert get_lesson(service, lesson_id)["fit"]["adopted"] is True


def test_a_lesson_can_be_split(service: TrainerProcess, trained_lessons: dict[str, str], monkeypatch):
    """Every label is in every split."""
    monkeypatch.setenv("INKLING_STORE", service.store)
    from trainer.data.spec import load

    parts = split([load(f"lesson:{trained_lessons['cnn']}")], 0, 0.2)
    assert all(set(part.targets) == {0, 1} for part in (parts.train, parts.validation, parts.test))
