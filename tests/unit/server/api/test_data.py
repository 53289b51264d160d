"""GET /data, and POST /evaluate of a set by its name: what is here is scored, and nothing is fetched."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from inkling.datasets.registry import FILES, NAMED
from inkling.service.http.errors import BadSettings
from server.extensions import KEY
from server.settings import Settings
from tests.support.assertions import assert_error
from tests.support.dataset_files import drawings, labels, write_idx_pair
from tests.support.evaluation_uploads import images
from tests.support.pictures import encoded
from tests.support.server_fixtures import MakeApp


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "inkling"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of data with a small MNIST: 8 images to train on, 4 to test with."""
    write_set(tmp_path / "data" / "mnist")
    return tmp_path / "data"


def write_set(folder: Path, test: int = 4) -> None:
    """Four IDX files, packed, or the two of a set without a test part."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in (("train-", 8), ("t10k-", test)):
        if count:
            write_idx_pair(drawings(count, seed=count), labels(count), folder, part, packed=True)


def listed(client: FlaskClient) -> dict[str, dict]:
    """What is here, by name."""
    return {each.pop("name"): each for each in client.get("/data").json["data"]}


def test_only_feedback_is_always_here(client: FlaskClient):
    """A set that is not here is not listed, and refused by a sentence that tells which are."""
    assert listed(client) == {"feedback": {"n": 0, "labels": [], "part": "all", "problem": None}}
    assert_error(client.post("/evaluate", json={"data": "mnist"}), 404, "unknown_data", "feedback", "'mnist'")
    assert client.get("/reports").json["reports"] == []


def test_the_test_part_is_scored(make_app: MakeApp, own: Path):
    """Of a set in one's own folder: it is listed with its size, and its report names it."""
    client = make_app(data=str(own)).test_client()
    labels = [str(digit) for digit in range(10)]
    assert listed(client)["mnist"] == {"n": 4, "labels": labels, "part": "test", "problem": None}
    answer = client.post("/evaluate?crops=1", json={"data": "mnist"})
    assert answer.status_code == 201
    assert (answer.json["data"]["name"], answer.json["data"]["n"]) == ("mnist", 4)
    again = client.post("/evaluate?name=mine", json={"data": "mnist"}).json["data"]
    assert again == answer.json["data"] | {"name": "mine"}


def test_a_set_without_a_test_part_is_scored_whole(make_app: MakeApp, tmp_path: Path):
    """And is said to be."""
    write_set(tmp_path / "data" / "mnist", test=0)
    client = make_app(data=str(tmp_path / "data")).test_client()
    assert (listed(client)["mnist"]["n"], listed(client)["mnist"]["part"]) == (8, "all")
    assert client.post("/evaluate", json={"data": "mnist"}).json["data"]["n"] == 8


def test_what_the_trainer_fetched_is_here(client: FlaskClient, cache: Path):
    """Once all four files are there; a set whose labels the model has not is refused as such."""
    write_set(cache / "mnist")
    write_set(cache / "kmnist")
    shutil.copytree(cache / "mnist", cache / "fashion-mnist")
    (cache / "fashion-mnist" / FILES[3]).unlink()
    assert list(listed(client)) == ["mnist", "kmnist", "feedback"]
    assert set(listed(client)["kmnist"]["labels"]) == set(NAMED["kmnist"].labels)
    assert client.post("/evaluate", json={"data": "mnist"}).json["data"]["n"] == 4
    assert_error(client.post("/evaluate", json={"data": "kmnist"}), 422, "bad_data", "only the labels 0, 1", "kmnist")


def test_files_that_change_are_read_again(make_app: MakeApp, own: Path):
    """The set that stays in memory is the one of these files."""
    client = make_app(data=str(own)).test_client()
    first = client.post("/evaluate", json={"data": "mnist"}).json["data"]
    assert client.post("/evaluate", json={"data": "mnist"}).json["data"] == first
    write_set(own / "mnist", test=6)
    assert client.post("/evaluate", json={"data": "mnist"}).json["data"]["n"] == 6


def test_feedback_is_scored(client: FlaskClient):
    """As the fit that learns from it would see it; before there is any, a sentence says what keeps it."""
    assert_error(client.post("/evaluate", json={"data": "feedback"}), 422, "bad_data", "POST /feedback")
    for image, label in zip(images(), "71701", strict=True):
        client.post(f"/feedback?label={label}", data=encoded(image), content_type="image/png")
    kept = client.get("/feedback").json["n"]
    assert listed(client)["feedback"] == {"n": kept, "labels": ["0", "1", "7"], "part": "all", "problem": None}
    report = client.post("/evaluate", json={"data": "feedback"}).json
    assert report["data"]["n"] == kept
    client.post("/feedback?label=X", json={"pixels": (np.eye(28) * 255).tolist()})
    assert_error(client.post("/evaluate", json={"data": "feedback"}), 422, "bad_data", "Received X in feedback")


def test_too_much_feedback_is_refused(make_app: MakeApp):
    """Before it is read."""
    app = make_app(max_set_images=1)
    client = app.test_client()
    for image in images()[:2]:
        client.post("/feedback?label=7", data=encoded(image), content_type="image/png")
    assert app.extensions[KEY].feedback.count() == 2
    assert_error(client.post("/evaluate", json={"data": "feedback"}), 413, "too_large", "at most 1 images")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"data": 7}, 400, "bad_input"),
        ({"data": None}, 400, "bad_input"),
        ({"data": ["mnist"]}, 400, "bad_input"),
        ({"data": "mnist", "labels": []}, 400, "bad_input"),
        ({"data": ""}, 404, "unknown_data"),
        ({"data": "../mnist"}, 404, "unknown_data"),
        ({"data": "a\0b"}, 404, "unknown_data"),
        ({"data": "train"}, 404, "unknown_data"),
    ],
)
def test_other_names_are_refused(make_app: MakeApp, own: Path, body: dict, status: int, code: str):
    """A name is never a path."""
    assert_error(make_app(data=str(own)).test_client().post("/evaluate", json=body), status, code)


def test_damaged_files_are_told(make_app: MakeApp, own: Path):
    """In the list, beside the sets that are whole, and where they are scored: with a sentence."""
    (own / "mnist" / FILES[2]).write_bytes(b"damaged")
    client = make_app(data=str(own)).test_client()
    told = listed(client)
    assert told["mnist"]["n"] == 0
    assert FILES[2] in told["mnist"]["problem"]
    assert told["feedback"]["problem"] is None
    assert_error(client.post("/evaluate", json={"data": "mnist"}), 422, "bad_data")


def test_a_folder_that_is_none_is_refused_at_the_start(tmp_path: Path):
    """By the setting's name."""
    with pytest.raises(BadSettings, match="Expected data as a folder"):
        Settings(data=str(tmp_path / "absent"))
    assert Settings.from_environment({"INKLING_DATA": str(tmp_path)}).data_folder == tmp_path


def test_mnist_is_ten_thousand_images(make_app: MakeApp, mnist_folder: Path):
    """The real test part, counted in its header and in its report."""
    client = make_app(data=str(mnist_folder.parent)).test_client()
    assert listed(client)["mnist"]["n"] == 10_000
    report = client.post("/evaluate?crops=1", json={"data": "mnist"}).json
    assert report["data"]["n"] == 10_000
    assert [batch["done"] for batch in report["batches"]] == list(range(100, 10_001, 100))
