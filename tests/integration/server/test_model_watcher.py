"""Take-up: files that are published, broken and removed while the server runs."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from flask import Flask

from inkling.models.repository import Shelf, sha256
from server.extensions import KEY
from server.services.model_registry import Models
from server.services.model_watcher import TakeUp
from tests.support.assertions import assert_error
from tests.support.fake_model import fake_card, write_fake_model
from tests.support.pictures import encoded, seven
from tests.support.server_process import Running, ask, wait_for

LABELS = [str(digit) for digit in range(10)]
PNG = encoded(seven())
IMAGE = {"Content-Type": "image/png"}
MEGA = 1 << 20
real = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc to tell the processes apart")


# Publishes two files in turns, a hundred times, takes each up, and prints the bytes that the process holds after each.
SWAPS = """
import os, sys
from pathlib import Path
from server.app import create_app
from server.runtime.malloc import give_back_free_memory, give_back_large_blocks
from inkling.models.repository import Shelf
from server.extensions import KEY
from server.settings import Settings
from server.services.model_watcher import TakeUp
give_back_large_blocks()
folder, store, *made = sys.argv[1:]
parts = create_app(Settings(models=folder, store=store)).extensions[KEY]
take_up = TakeUp(parts.models, parts.metrics)
for number in range(100):
    Shelf(Path(folder)).put(Path(made[number % 2]), "digits")
    if take_up.look() or not take_up.look():
        sys.exit("not taken up at the second look")
    give_back_free_memory()
    print(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE"))
"""


def another(folder: Path, number: int, **changes: str) -> Path:
    """A model file that differs from every other number's."""
    path = folder / f"made-{number}.onnx"
    return write_fake_model(path, card=fake_card(LABELS, created=f"2026-01-01T00:00:00.{number:06}+00:00", **changes))


@pytest.fixture
def models(app: Flask) -> Models:
    """What the app has loaded."""
    return app.extensions[KEY].models


@pytest.fixture
def take_up(app: Flask, models: Models) -> TakeUp:
    """What looks for the app, when it is told to."""
    return TakeUp(models, app.extensions[KEY].metrics)


def test_a_changed_file_answers_at_the_second_look(take_up: TakeUp, models: Models, models_folder: Path, tmp_path: Path):
    """At the first it might still be growing; then the new one answers, and whoever holds the old one keeps it."""
    old = models.find(None)
    assert take_up.look() is False
    shutil.copy(another(tmp_path, 1), models_folder / "digits.onnx")
    assert take_up.look() is False
    assert models.find(None) is old
    assert take_up.look() is True
    assert models.find(None).sha256 == sha256(tmp_path / "made-1.onnx") != old.sha256
    assert old.predictor.predict(np.zeros((1, 28, 28), np.uint8)).probabilities.shape == (1, 10)
    assert take_up.look() is False


def test_a_file_that_goes_on_growing_is_not_read(take_up: TakeUp, models: Models, models_folder: Path, tmp_path: Path):
    """Half a file would be refused."""
    whole = another(tmp_path, 1).read_bytes()
    for size in range(1_000, len(whole), 3_000):
        (models_folder / "digits.onnx").write_bytes(whole[:size])
        take_up.look()
    assert models.refused == {}
    (models_folder / "digits.onnx").write_bytes(whole)
    take_up.look()
    take_up.look()
    assert models.find(None).sha256 == sha256(tmp_path / "made-1.onnx")


def test_new_files_come_and_removed_ones_go(app: Flask, take_up: TakeUp, models: Models, models_folder: Path):
    """Also the last one: then the server is not ready, until there is one again."""
    client = app.test_client()
    write_fake_model(models_folder / "letters.onnx", ["a", "b"])
    take_up.look()
    take_up.look()
    assert list(models.loaded) == ["digits", "letters"]
    for path in models_folder.glob("*.onnx"):
        path.rename(path.with_suffix(".away"))
    take_up.look()
    take_up.look()
    assert models.loaded == models.refused == {}
    assert_error(client.get("/health/ready"), 503, "not_ready", "empty folder")
    assert "inkling_ready 0.0" in client.get("/metrics").text
    (models_folder / "digits.away").rename(models_folder / "digits.onnx")
    take_up.look()
    take_up.look()
    assert client.get("/health/ready").status_code == 200
    assert "inkling_ready 1.0" in client.get("/metrics").text


def test_a_file_that_does_not_load_leaves_the_old_one(app: Flask, take_up: TakeUp, models_folder: Path, caplog):
    """Ready and the log say why, /predict answers on; once the file is right again, nothing is said."""
    client = app.test_client()
    (models_folder / "digits.onnx").write_bytes(b"no model")
    for _ in range(4):
        take_up.look()
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json["models"] == ["digits"]
    assert [each["file"] for each in ready.json["refused"]] == ["digits.onnx"]
    assert "Received digits.onnx" in ready.json["refused"][0]["reason"]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert client.post("/predict", data=PNG, headers=IMAGE).status_code == 200
    write_fake_model(models_folder / "digits.onnx")
    take_up.look()
    take_up.look()
    assert client.get("/health/ready").json["refused"] == []


def test_a_folder_that_cannot_be_read_changes_nothing(app: Flask, take_up: TakeUp, models_folder: Path, caplog):
    """A disk that is away for a while takes no model away; the log says so once."""
    models_folder.rename(models_folder.with_name("away"))
    for _ in range(3):
        assert take_up.look() is False
    assert app.test_client().post("/predict", data=PNG, headers=IMAGE).status_code == 200
    assert len(caplog.records) == 1
    models_folder.with_name("away").rename(models_folder)
    assert take_up.look() is False


def test_every_answer_tells_which_version_gave_it(app: Flask, models_folder: Path):
    """By the fingerprint of the file."""
    answer = app.test_client().post("/predict", data=PNG, headers=IMAGE)
    assert answer.headers["X-Inkling-Model"] == f"digits; sha256={sha256(models_folder / 'digits.onnx')}"


def test_rolling_back_answers_with_the_version_before(app: Flask, take_up: TakeUp, models_folder: Path, tmp_path: Path):
    """At once, and again and again; then there is none. The list of models says what is left."""
    client = app.test_client()
    first = sha256(models_folder / "digits.onnx")
    for number in (1, 2):
        Shelf(models_folder).put(another(tmp_path, number), "digits")
    take_up.look()
    take_up.look()
    second, third = (sha256(tmp_path / f"made-{number}.onnx") for number in (1, 2))
    (model,) = client.get("/models").json["models"]
    assert model["sha256"] == third
    assert [version["sha256"] for version in model["versions"]] == [second, first]
    for expected, left in ((second, 1), (first, 0)):
        answer = client.post("/models/digits/rollback")
        assert answer.status_code == 200
        assert (answer.json["sha256"], len(answer.json["versions"])) == (expected, left)
        assert client.post("/predict", data=PNG, headers=IMAGE).headers["X-Inkling-Model"].endswith(expected)
    assert_error(client.post("/models/digits/rollback"), 409, "no_earlier_version", "digits")
    assert_error(client.post("/models/letters/rollback"), 404, "unknown_model")
    assert take_up.look() is False


def test_rolling_back_cures_a_broken_file(make_app, models_folder: Path, tmp_path: Path):
    """Even where the server has never loaded the model."""
    for number in (1, 2):
        Shelf(models_folder).put(another(tmp_path, number), "digits")
    (models_folder / "digits.onnx").write_bytes(b"broken")
    client = make_app().test_client()
    assert_error(client.get("/health/ready"), 503, "not_ready")
    assert client.post("/models/digits/rollback").json["sha256"] == sha256(tmp_path / "made-1.onnx")
    assert client.get("/health/ready").json["refused"] == []


@pytest.mark.parametrize(
    ("settings", "headers", "status", "code"),
    [
        ({"host": "0.0.0.0"}, {}, 403, "forbidden"),  # noqa: S104 nothing listens
        ({"host": "0.0.0.0", "token": "right"}, {}, 401, "unauthorized"),  # noqa: S104
        ({}, {"Origin": "https://evil.example"}, 403, "forbidden"),
    ],
)
def test_not_everybody_may_roll_back(make_app, models_folder: Path, tmp_path: Path, settings, headers, status, code):
    """As with every change."""
    Shelf(models_folder).put(another(tmp_path, 1), "digits")
    now = sha256(models_folder / "digits.onnx")
    client = make_app(**settings).test_client()
    assert_error(client.post("/models/digits/rollback", headers=headers), status, code)
    assert sha256(models_folder / "digits.onnx") == now


def told_by(server: Running) -> dict[int, str]:
    """The fingerprint of the model that each worker answers with."""
    found: dict[int, str] = {}
    while len(found) < 2:
        connection = server.connect()
        answer = ask(connection, "POST", "/predict", PNG, IMAGE)
        found[server.owner(connection)] = answer.headers["X-Inkling-Model"].partition("sha256=")[2]
        connection.close()
    return found


@pytest.fixture
def running(models_folder: Path, tmp_path: Path):
    """A server with two workers."""
    with Running(models_folder, tmp_path, "--workers", "2") as server:
        wait_for(lambda: len(server.workers()) == 2, "two workers")
        yield server


@real
def test_all_workers_take_up_what_is_published(running: Running, models_folder: Path, tmp_path: Path):
    """Published, broken, rolled back: every worker answers with the right version, and no request fails meanwhile."""
    failed, asked, ended = [], [], threading.Event()

    def load() -> None:
        connection = running.connect()
        while not ended.is_set():
            answer = ask(connection, "POST", "/predict", PNG, IMAGE)
            asked.append(answer.headers["X-Inkling-Model"])
            if answer.status != 200:
                failed.append(answer.body)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    first = sha256(models_folder / "digits.onnx")
    Shelf(models_folder).put(another(tmp_path, 1), "digits")
    new = sha256(tmp_path / "made-1.onnx")
    wait_for(lambda: set(told_by(running).values()) == {new}, "the published model in both workers")
    (models_folder / "digits.onnx").write_bytes(b"broken")
    wait_for(lambda: running.log.read_text().count("refused the model digits.onnx") == 2, "both workers' words")
    ready = running.get("/health/ready")
    assert (ready.status, [each["file"] for each in ready.body["refused"]]) == (200, ["digits.onnx"])
    assert set(told_by(running).values()) == {new}
    assert ask(running.connect(), "POST", "/models/digits/rollback").body["sha256"] == first
    wait_for(lambda: set(told_by(running).values()) == {first}, "the version before in both workers")
    ended.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(asked)) == 2
    assert running.get("/health/ready").body["refused"] == []


@real
def test_a_process_does_not_grow_with_what_is_published(models_folder: Path, tmp_path: Path):
    """A hundred models of 2 MB, one after the other, hold no more memory than the first twenty."""
    files = [another(tmp_path, number, note="x" * (2 * MEGA)) for number in (1, 2)]
    command = [sys.executable, "-c", SWAPS, str(models_folder), f"sqlite:///{tmp_path / 'swaps.db'}", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    sizes = [int(line) for line in done.stdout.split()]
    assert len(sizes) == 100
    assert max(sizes[20:]) - max(sizes[:20]) < 6 * MEGA, sizes
