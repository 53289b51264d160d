"""ModelWatcher: model files that are published, broken and removed while the server runs."""

import os
import shutil
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from flask import Flask

from inkling.models.repository import ModelRepository, file_sha256
from server.extensions import EXTENSION_KEY
from server.services.model_registry import ModelRegistry
from server.services.model_watcher import ModelWatcher
from tests.support.assertions import assert_error
from tests.support.fake_model import write_fake_model
from tests.support.model_versions import MEBI, PUBLICATIONS, measure_publications, write_model_version
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_fixtures import MakeApp
from tests.support.server_process import ServerProcess, send_request, wait_for

PNG = encode_picture(draw_seven())
IMAGE = {"Content-Type": "image/png"}
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.fixture
def models(app: Flask) -> ModelRegistry:
    """The app's loaded models."""
    return app.extensions[EXTENSION_KEY].models


@pytest.fixture
def watcher(app: Flask, models: ModelRegistry) -> ModelWatcher:
    """A watcher that scans only when the test says so."""
    return ModelWatcher(models, app.extensions[EXTENSION_KEY].metrics)


def scan_twice(watcher: ModelWatcher) -> bool:
    """A change is loaded by the second scan that sees it. True if something was loaded or unloaded."""
    first = watcher.scan()
    return watcher.scan() or first


def test_changed_file_is_loaded_by_the_second_scan(
    watcher: ModelWatcher, models: ModelRegistry, models_folder: Path, tmp_path: Path
):
    """After the first scan, the file might still be growing. Requests that hold the previous model can finish with it."""
    previous = models.find(None)
    assert watcher.scan() is False
    shutil.copy(write_model_version(tmp_path, 1), models_folder / "digits.onnx")
    assert watcher.scan() is False
    assert models.find(None) is previous
    assert watcher.scan() is True
    assert models.find(None).sha256 == file_sha256(tmp_path / "version-1.onnx") != previous.sha256
    assert previous.predictor.predict(np.zeros((1, 28, 28), np.uint8)).probabilities.shape == (1, 10)
    assert watcher.scan() is False


def test_growing_file_is_not_loaded(watcher: ModelWatcher, models: ModelRegistry, models_folder: Path, tmp_path: Path):
    """An incomplete file would be rejected."""
    content = write_model_version(tmp_path, 1).read_bytes()
    for size in range(1_000, len(content), 3_000):
        (models_folder / "digits.onnx").write_bytes(content[:size])
        watcher.scan()
    assert models.rejected == {}
    (models_folder / "digits.onnx").write_bytes(content)
    scan_twice(watcher)
    assert models.find(None).sha256 == file_sha256(tmp_path / "version-1.onnx")


def test_named_pipe_is_rejected(watcher: ModelWatcher, models: ModelRegistry, models_folder: Path):
    """Reading it would wait for a writer."""
    os.mkfifo(models_folder / "pipe.onnx")
    scan_twice(watcher)
    assert "pipe.onnx" in str(models.rejected)
    assert models.find(None).name == "digits"


def test_new_files_are_loaded_and_removed_ones_unloaded(
    app: Flask, watcher: ModelWatcher, models: ModelRegistry, models_folder: Path
):
    """A model that is not the default one can be removed."""
    client = app.test_client()
    write_fake_model(models_folder / "letters.onnx", ["a", "b"])
    scan_twice(watcher)
    assert list(models.loaded) == ["digits", "letters"]
    (models_folder / "letters.onnx").unlink()
    scan_twice(watcher)
    assert list(models.loaded) == ["digits"]
    assert models.rejected == {}
    assert_error(client.post("/predict?model=letters", data=PNG, headers=IMAGE), 404, "model_not_found")


def test_default_model_outlives_its_file(app: Flask, watcher: ModelWatcher, models_folder: Path):
    """Readiness reports the deletion, until there is a file again."""
    client = app.test_client()
    (models_folder / "digits.onnx").rename(models_folder / "digits.away")
    for _ in range(3):
        scan_twice(watcher)
        assert client.post("/predict", data=PNG, headers=IMAGE).status_code == 200
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    assert "deleted" in ready.json["rejected"][0]["reason"]
    (models_folder / "digits.away").rename(models_folder / "digits.onnx")
    scan_twice(watcher)
    assert client.get("/health/ready").json["rejected"] == []


def test_only_model_may_be_renamed(make_app: MakeApp, models_folder: Path):
    """The new name becomes the default; the old one does not stay beside it."""
    (models_folder / "digits.onnx").rename(models_folder / "a.onnx")
    app = make_app()
    state = app.extensions[EXTENSION_KEY]
    assert state.models.default == "a"
    (models_folder / "a.onnx").rename(models_folder / "b.onnx")
    scan_twice(ModelWatcher(state.models, state.metrics))
    assert (list(state.models.loaded), state.models.default) == (["b"], "b")


def test_server_becomes_ready_with_its_first_model(make_app: MakeApp, models_folder: Path):
    """A server may start before the first model is published."""
    (models_folder / "digits.onnx").unlink()
    app = make_app()
    client, state = app.test_client(), app.extensions[EXTENSION_KEY]
    assert_error(client.get("/health/ready"), 503, "not_ready")
    assert "inkling_ready 0.0" in client.get("/metrics").text
    write_fake_model(models_folder / "digits.onnx")
    scan_twice(ModelWatcher(state.models, state.metrics))
    assert client.get("/health/ready").status_code == 200
    assert "inkling_ready 1.0" in client.get("/metrics").text


def test_invalid_file_does_not_replace_the_loaded_model(app: Flask, watcher: ModelWatcher, models_folder: Path, caplog):
    """It is reported by /health/ready and logged once, until the file is valid again."""
    client = app.test_client()
    (models_folder / "digits.onnx").write_bytes(b"no model")
    for _ in range(4):
        watcher.scan()
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json["models"] == ["digits"]
    assert [entry["file"] for entry in ready.json["rejected"]] == ["digits.onnx"]
    assert "digits.onnx" in ready.json["rejected"][0]["reason"]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert client.post("/predict", data=PNG, headers=IMAGE).status_code == 200
    write_fake_model(models_folder / "digits.onnx")
    scan_twice(watcher)
    assert client.get("/health/ready").json["rejected"] == []


def test_unreadable_folder_changes_nothing(app: Flask, watcher: ModelWatcher, models_folder: Path, caplog):
    """Loaded models stay loaded while a disk is unavailable; the log reports it once."""
    models_folder.rename(models_folder.with_name("away"))
    for _ in range(3):
        assert watcher.scan() is False
    assert app.test_client().post("/predict", data=PNG, headers=IMAGE).status_code == 200
    assert len(caplog.records) == 1
    models_folder.with_name("away").rename(models_folder)
    assert watcher.scan() is False


def test_responses_name_the_model_version(app: Flask, models_folder: Path):
    """X-Inkling-Model holds the model's name and the file's SHA-256."""
    response = app.test_client().post("/predict", data=PNG, headers=IMAGE)
    assert response.headers["X-Inkling-Model"] == f"digits; sha256={file_sha256(models_folder / 'digits.onnx')}"


def test_rollback_restores_earlier_versions(app: Flask, watcher: ModelWatcher, models_folder: Path, tmp_path: Path):
    """Each rollback takes effect at once, until no earlier version is left. GET /models lists those that are."""
    client = app.test_client()
    first = file_sha256(models_folder / "digits.onnx")
    for number in (1, 2):
        ModelRepository(models_folder).publish(write_model_version(tmp_path, number), "digits")
    scan_twice(watcher)
    second, third = (file_sha256(tmp_path / f"version-{number}.onnx") for number in (1, 2))
    (model,) = client.get("/models").json["models"]
    assert model["sha256"] == third
    assert [version["sha256"] for version in model["versions"]] == [second, first]
    for expected, left in ((second, 1), (first, 0)):
        response = client.post("/models/digits/rollback")
        assert response.status_code == 200
        assert (response.json["sha256"], len(response.json["versions"])) == (expected, left)
        assert client.post("/predict", data=PNG, headers=IMAGE).headers["X-Inkling-Model"].endswith(expected)
    assert_error(client.post("/models/digits/rollback"), 409, "no_previous_version")
    assert_error(client.post("/models/letters/rollback"), 404, "model_not_found")
    assert watcher.scan() is False


def test_rollback_replaces_an_invalid_file(make_app, models_folder: Path, tmp_path: Path):
    """Even if the server has never loaded the model."""
    for number in (1, 2):
        ModelRepository(models_folder).publish(write_model_version(tmp_path, number), "digits")
    (models_folder / "digits.onnx").write_bytes(b"broken")
    client = make_app().test_client()
    assert_error(client.get("/health/ready"), 503, "not_ready")
    assert client.post("/models/digits/rollback").json["sha256"] == file_sha256(tmp_path / "version-1.onnx")
    assert client.get("/health/ready").json["rejected"] == []


@pytest.mark.parametrize(
    ("settings", "headers", "status", "code"),
    [
        ({"host": "0.0.0.0"}, {}, 403, "forbidden"),  # noqa: S104 nothing listens
        ({"host": "0.0.0.0", "token": "right"}, {}, 401, "unauthorized"),  # noqa: S104
        ({}, {"Origin": "https://evil.example"}, 403, "forbidden"),
    ],
)
def test_rollback_needs_write_access(make_app, models_folder: Path, tmp_path: Path, settings, headers, status, code):
    """A rejected rollback changes nothing."""
    ModelRepository(models_folder).publish(write_model_version(tmp_path, 1), "digits")
    current = file_sha256(models_folder / "digits.onnx")
    client = make_app(**settings).test_client()
    assert_error(client.post("/models/digits/rollback", headers=headers), status, code)
    assert file_sha256(models_folder / "digits.onnx") == current


def served_versions(server: ServerProcess) -> set[str]:
    """SHA-256 of the models that the two workers serve."""
    versions: dict[int, str] = {}
    while len(versions) < 2:
        connection = server.connect()
        response = send_request(connection, "POST", "/predict", PNG, IMAGE)
        versions[server.worker_of(connection)] = response.headers["X-Inkling-Model"].partition("sha256=")[2]
        connection.close()
    return set(versions.values())


@pytest.fixture
def running(models_folder: Path, tmp_path: Path):
    """A server with two workers."""
    with ServerProcess(models_folder, tmp_path, "--workers", "2") as server:
        wait_for(lambda: len(server.workers()) == 2, "two workers")
        yield server


@linux_only
def test_all_workers_reload_without_a_failed_request(running: ServerProcess, models_folder: Path, tmp_path: Path):
    """After a publication, a broken file and a rollback, every worker serves the right version."""
    failures, versions, stopped = [], set(), threading.Event()

    def send_load() -> None:
        connection = running.connect()
        while not stopped.is_set():
            response = send_request(connection, "POST", "/predict", PNG, IMAGE)
            versions.add(response.headers["X-Inkling-Model"])
            if response.status != 200:
                failures.append(response.body)

    threads = [threading.Thread(target=send_load) for _ in range(4)]
    for thread in threads:
        thread.start()
    first = file_sha256(models_folder / "digits.onnx")
    ModelRepository(models_folder).publish(write_model_version(tmp_path, 1), "digits")
    second = file_sha256(tmp_path / "version-1.onnx")
    wait_for(lambda: served_versions(running) == {second}, "the published model in both workers")
    (models_folder / "digits.onnx").write_bytes(b"broken")
    wait_for(lambda: running.log.read_text().count('"level":"warning"') == 2, "a warning from each worker")
    ready = running.get("/health/ready")
    assert (ready.status, [entry["file"] for entry in ready.body["rejected"]]) == (200, ["digits.onnx"])
    assert served_versions(running) == {second}
    assert send_request(running.connect(), "POST", "/models/digits/rollback").body["sha256"] == first
    wait_for(lambda: served_versions(running) == {first}, "the previous version in both workers")
    stopped.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(versions) == 2
    assert running.get("/health/ready").body["rejected"] == []


@linux_only
@pytest.mark.slow
@pytest.mark.parametrize("explain", [False, True])
def test_memory_does_not_grow_with_publications(models_folder: Path, tmp_path: Path, explain: bool):
    """A hundred models of 2 MiB, loaded one after the other, need no more memory than the first twenty."""
    sizes = measure_publications(models_folder, tmp_path, explain=explain)
    assert len(sizes) == PUBLICATIONS
    assert max(sizes[20:]) - max(sizes[:20]) < 6 * MEBI, sizes
