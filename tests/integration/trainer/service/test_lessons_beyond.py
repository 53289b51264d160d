"""What becomes of lessons: data, fits, published models, and the same lessons after a restart."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from inkling.models.predictor import Predictor
from tests.support.lesson_steps import SIGNS, begin, cross, lesson, predict, ring, teach_all, train
from tests.support.server_process import ServerProcess
from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import LONG, SMALL, Serving
from trainer.data.split import split
from trainer.lessons.registry import LESSON_NETWORKS
from trainer.runs.run import Run


@pytest.fixture(scope="module")
def taught(serving: Serving) -> dict[str, str]:
    """A lesson of each network that was taught all signs: its ID. Labels are in no order of theirs."""
    numbers = {network: begin(serving, network=network)["id"] for network in LESSON_NETWORKS}
    for number in numbers.values():
        teach_all(serving, number)
    return numbers


def image_of(strokes: list) -> np.ndarray:
    """The image of a drawing, uint8 (28, 28)."""
    return normalize(rasterize([np.array(stroke) for stroke in strokes]))


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_a_published_model_is_the_network_taught(serving: Serving, taught: dict[str, str], network: str):
    """It loads, and answers as the lesson does; its card says what was measured on what; the lesson remembers the name."""
    number = taught[network]
    published = serving.ask("POST", f"/lessons/{number}/publish", {"name": f"signs-{network}"})
    assert published.status == 201, published.body
    predictor = Predictor(serving.models / f"signs-{network}.onnx")
    assert predictor.card.labels == ["X", "O"]
    assert predictor.card.offsets == [(2, 2)]
    training = predictor.card.raw["training"]
    assert training["lesson"] == {"id": number, "name": "X, O", "steps": 360}
    assert training["data"][0]["role"].startswith("trained_label")
    assert (published.body["n"], published.body["accuracy"]) == (12, predictor.card.raw["report"]["accuracy"])
    for strokes in (cross(0.01), ring(0.2), [[[0, 0], [0, 50]]]):
        answers = predictor.predict(image_of(strokes)[None]).probabilities[0]
        np.testing.assert_allclose(answers, predict(serving, number, strokes)["probabilities"], atol=1e-5)
    assert lesson(serving, number)["published"] == [f"signs-{network}"]


def test_a_server_takes_a_published_lesson_up(serving: Serving, taught: dict[str, str], tmp_path):
    """And reads drawings by it as the lesson does."""
    assert serving.ask("POST", f"/lessons/{taught['perceptron']}/publish", {"name": "served"}).status == 201
    with ServerProcess(serving.models, tmp_path, "--workers", "1", "--model", "served") as server:
        for strokes in (cross(0.02), ring(0.1)):
            connection = server.connect()
            body = json.dumps({"strokes": strokes})
            connection.request("POST", "/predict?model=served", body, {"Content-Type": "application/json"})
            (read,) = json.loads(connection.getresponse().read())["predictions"]
            wanted = predict(serving, taught["perceptron"], strokes)
            assert read["label"] == wanted["label"]
            np.testing.assert_allclose(read["probabilities"], wanted["probabilities"], atol=1e-5)


def test_a_lesson_without_drawings_is_not_published(serving: Serving):
    """There is nothing to measure the export by."""
    number = begin(serving)["id"]
    drawing = train(serving, number, "X", cross()).body["drawing"]
    serving.ask("DELETE", f"/lessons/{number}/drawings/{drawing}")
    assert_error(serving.ask("POST", f"/lessons/{number}/publish", {"name": "bare"}), 422, "invalid_dataset", "holds none")
    assert not (serving.models / "bare.onnx").exists()


def test_two_publishes_at_once_are_one(serving: Serving, taught: dict[str, str]):
    """The second is refused, the first goes through."""
    answers, path = [], f"/lessons/{taught['cnn']}/publish"
    threads = [threading.Thread(target=lambda: answers.append(serving.ask("POST", path, {"name": "twice"}))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused, done = sorted(answers, key=lambda answer: -answer.status)
    assert done.status == 201, done.body
    assert_error(refused, 409, "conflict", "one publish at a time")


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_a_fit_on_all_drawings_is_taken_over(serving: Serving, network: str):
    """A job fits with a held-out share; then the lesson's network is the run's best one, and what was before can come back."""
    number = begin(serving, network=network, labels=["X", "O"])["id"]
    teach_all(serving, number, 1)
    before = lesson(serving, number)
    answer = serving.ask("POST", f"/lessons/{number}/fit", {"epochs": 3, "seed": 4})
    assert answer.status == 202, answer.body
    job = serving.ended(answer.body["id"])
    assert job["state"] == "finished", job["reason"]
    assert job["settings"]["data"] == [f"lesson:{number}"]
    run = Run.open(Path(job["run"]))
    assert min(run.data["counts"].values()) >= 2
    after = lesson(serving, number)
    assert (after["fit"]["job"], after["fit"]["state"], after["fit"]["adopted"]) == (job["id"], "finished", True)
    kind, best = LESSON_NETWORKS[network], run.read_weights()
    for label, strokes in SIGNS:
        crop = image_of(strokes)[2:26, 2:26]
        wanted = dict(zip(run.data["labels"], kind.predict(best, kind.preprocess(crop)), strict=True))
        told = predict(serving, number, strokes)
        np.testing.assert_allclose(told["probabilities"], [wanted[each] for each in ("X", "O")], atol=1e-6)
        assert label in wanted
    undone = serving.ask("POST", f"/lessons/{number}/undo").body
    assert (undone["undone"], undone["steps"], undone["fit"]) == ("fit", before["steps"], None)
    assert lesson(serving, number)["fit"] is None


def test_nothing_is_taught_beside_a_fit(tmp_path):
    """It would be lost in what the fit has learnt. A fit that is stopped before it began leaves the lesson as it was."""
    with Serving(tmp_path, "--warm-workers", "0") as serving:
        number = begin(serving)["id"]
        teach_all(serving, number, 1)
        before = lesson(serving, number)
        running = serving.submit(**LONG)
        job = serving.ask("POST", f"/lessons/{number}/fit").body["id"]
        for answer in (
            train(serving, number, "X", cross()),
            *(serving.ask("POST", f"/lessons/{number}/{act}") for act in ("undo", "reset", "fit")),
            serving.ask("DELETE", f"/lessons/{number}"),
        ):
            assert_error(answer, 409, "conflict", job, "queued")
        assert predict(serving, number, cross())["label"] == "X"
        serving.steer(job, state="stopped")
        after = lesson(serving, number)
        assert (after["fit"]["state"], after["fit"]["adopted"], after["steps"]) == ("stopped", False, before["steps"])
        assert after["weights"] == before["weights"]
        assert train(serving, number, "X", cross()).status == 200
        serving.steer(running, state="stopped")


def test_a_lessons_drawings_are_data(serving: Serving, taught: dict[str, str]):
    """By name: listed with their histogram, shown, and fitted on; strokes stay strokes. What holds none is refused."""
    name = f"lesson:{taught['perceptron']}"
    sets = {each["name"]: each for each in serving.ask("GET", "/data").body["data"]}
    assert (sets[name]["n"], sets[name]["histogram"], sets[name]["strokes"]) == (12, {"O": 6, "X": 6}, 12)
    page = serving.ask("GET", f"/data/{name}/samples?label=O").body
    np.testing.assert_array_equal(page["samples"][0]["pixels"], image_of(ring()))
    assert serving.ended(serving.submit(**SMALL | {"data": [name], "epochs": 1, "batch_size": 4}))["state"] == "finished"
    empty = begin(serving)["id"]
    for number, words in ((empty, "holds none"), ("none", "ID of a lesson")):
        assert_error(serving.ask("POST", "/jobs", SMALL | {"data": [f"lesson:{number}"]}), 422, "invalid_dataset", words)


def test_the_command_line_fits_on_a_lesson(serving: Serving, taught: dict[str, str], tmp_path):
    """`--data lesson:ID`, with the store that the environment names."""
    words = ["fit", "--data", f"lesson:{taught['cnn']}", "--recipe", "tfjs", "--epochs", "1", "--run", str(tmp_path / "run")]
    command = [
        sys.executable,
        "-c",
        "from trainer.cli.main import main; main(prog_name='trainer')",
        *words,
        "--batch-size",
        "4",
    ]
    done = subprocess.run(command, env=os.environ | {"INKLING_STORE": serving.store}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    data = Run.open(tmp_path / "run").data
    assert data["specs"] == [f"lesson:{taught['cnn']}"]
    assert data["sets"][0]["n"] == 12


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_lessons_outlast_the_service(tmp_path, number: signal.Signals):
    """However it ends: weights, drawings and what can be undone are there, and what was taught goes on from there."""
    with Serving(tmp_path, "--warm-workers", "0") as serving:
        taught = begin(serving, network="cnn")["id"]
        for label, strokes in SIGNS:
            train(serving, taught, label, strokes)
        saved = serving.ask("POST", f"/lessons/{taught}/save", {"name": "kept"}).body
        assert saved["name"] == "kept"
        assert saved["saved"] >= saved["created"]
        train(serving, taught, "X", cross())
        before, answer = lesson(serving, taught), predict(serving, taught, cross())
        serving.stop(number)
    with Serving(tmp_path, "--warm-workers", "0") as serving:
        assert lesson(serving, taught) == before
        assert predict(serving, taught, cross()) == answer
        assert train(serving, taught, "X", cross(), 2).body["steps"] == before["steps"] + 2
        assert serving.ask("POST", f"/lessons/{taught}/undo").body["steps"] == before["steps"]
        assert predict(serving, taught, cross()) == answer


def test_a_fit_that_the_service_left_can_go_on(tmp_path):
    """The lesson waits for it no longer; where its job is made to go on, the weights are taken over at the end."""
    with Serving(tmp_path, "--warm-workers", "0") as serving:
        number = begin(serving)["id"]
        teach_all(serving, number, 1)
        job = serving.ask("POST", f"/lessons/{number}/fit", {"epochs": 300}).body["id"]
        serving.first(job, "epoch")
        serving.stop(signal.SIGKILL)
    with Serving(tmp_path, "--warm-workers", "0") as serving:
        assert lesson(serving, number)["fit"]["state"] == "interrupted"
        assert train(serving, number, "X", cross()).status == 200
        serving.ask("POST", f"/lessons/{number}/undo")
        *_, left = serving.watch(job)
        serving.steer(job, state="running")
        assert next(event for event in serving.watch(job, after=left.number) if event.kind == "batch")
        serving.steer(job, state="stopped")
        assert serving.ended(job)["state"] == "stopped"
        assert lesson(serving, number)["fit"]["adopted"] is True


def test_what_is_kept_parts_into_what_is_held_out(serving: Serving, taught: dict[str, str], monkeypatch):
    """The set of a lesson is one that a fit can part: each label in each part."""
    monkeypatch.setenv("INKLING_STORE", serving.store)
    from trainer.data.spec import load

    parts = split([load(f"lesson:{taught['cnn']}")], 0, 0.2)
    assert all(set(part.targets) == {0, 1} for part in (parts.train, parts.validation, parts.test))
