"""GET /data, and POST /evaluate of a dataset by name."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from inkling.datasets.registry import IDX_FILES, NAMED_DATASETS
from inkling.service.http.errors import InvalidSettings
from server.extensions import EXTENSION_KEY
from server.settings import Settings
from tests.support.assertions import assert_error
from tests.support.dataset_files import drawings, labels, write_idx_pair
from tests.support.evaluation_uploads import images
from tests.support.pictures import encode_picture
from tests.support.server_fixtures import MakeApp


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "inkling"


@pytest.fixture
def user_folder(tmp_path: Path) -> Path:
    """A data folder with a small MNIST: 8 training images, 4 test images."""
    write_dataset(tmp_path / "data" / "mnist")
    return tmp_path / "data"


def write_dataset(folder: Path, test: int = 4) -> None:
    """Write four gzipped IDX files, or two without a test split."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in (("train-", 8), ("t10k-", test)):
        if count:
            write_idx_pair(drawings(count, seed=count), labels(count), folder, part, packed=True)


def list_datasets(client: FlaskClient) -> dict[str, dict]:
    """The available datasets by name."""
    return {each.pop("name"): each for each in client.get("/data").json["data"]}


def test_only_feedback_is_always_available(client: FlaskClient):
    """A missing dataset is not listed, and evaluating it fails."""
    assert list_datasets(client) == {"feedback": {"n": 0, "labels": [], "split": "all", "problem": None}}
    assert_error(client.post("/evaluate", json={"data": "mnist"}), 404, "dataset_not_found")
    assert client.get("/reports").json["reports"] == []


def test_evaluation_uses_the_test_split(make_app: MakeApp, user_folder: Path):
    """A dataset in the data folder is listed with its size, and the report has its name."""
    client = make_app(data=str(user_folder)).test_client()
    labels = [str(digit) for digit in range(10)]
    assert list_datasets(client)["mnist"] == {"n": 4, "labels": labels, "split": "test", "problem": None}
    answer = client.post("/evaluate?crops=1", json={"data": "mnist"})
    assert answer.status_code == 201
    assert (answer.json["data"]["name"], answer.json["data"]["n"]) == ("mnist", 4)
    again = client.post("/evaluate?name=mine", json={"data": "mnist"}).json["data"]
    assert again == answer.json["data"] | {"name": "mine"}


def test_dataset_without_test_split_is_evaluated_completely(make_app: MakeApp, tmp_path: Path):
    """Its split is "all"."""
    write_dataset(tmp_path / "data" / "mnist", test=0)
    client = make_app(data=str(tmp_path / "data")).test_client()
    assert (list_datasets(client)["mnist"]["n"], list_datasets(client)["mnist"]["split"]) == (8, "all")
    assert client.post("/evaluate", json={"data": "mnist"}).json["data"]["n"] == 8


def test_downloaded_datasets_are_available(client: FlaskClient, cache: Path):
    """If all four files exist. A dataset with labels that the model lacks is refused."""
    write_dataset(cache / "mnist")
    write_dataset(cache / "kmnist")
    shutil.copytree(cache / "mnist", cache / "fashion-mnist")
    (cache / "fashion-mnist" / IDX_FILES[3]).unlink()
    assert list(list_datasets(client)) == ["mnist", "kmnist", "feedback"]
    assert set(list_datasets(client)["kmnist"]["labels"]) == set(NAMED_DATASETS["kmnist"].labels)
    assert client.post("/evaluate", json={"data": "mnist"}).json["data"]["n"] == 4
    assert_error(client.post("/evaluate", json={"data": "kmnist"}), 422, "invalid_dataset")


def test_changed_files_are_reloaded(make_app: MakeApp, user_folder: Path):
    """The cached dataset is not used for other files."""
    client = make_app(data=str(user_folder)).test_client()
    first = client.post("/evaluate", json={"data": "mnist"}).json["data"]
    assert client.post("/evaluate", json={"data": "mnist"}).json["data"] == first
    write_dataset(user_folder / "mnist", test=6)
    assert client.post("/evaluate", json={"data": "mnist"}).json["data"]["n"] == 6


def test_feedback_can_be_evaluated(client: FlaskClient):
    """An empty feedback store is an error."""
    assert_error(client.post("/evaluate", json={"data": "feedback"}), 422, "invalid_dataset")
    for image, label in zip(images(), "71701", strict=True):
        client.post(f"/feedback?label={label}", data=encode_picture(image), content_type="image/png")
    stored = client.get("/feedback").json["n"]
    assert list_datasets(client)["feedback"] == {"n": stored, "labels": ["0", "1", "7"], "split": "all", "problem": None}
    report = client.post("/evaluate", json={"data": "feedback"}).json
    assert report["data"]["n"] == stored
    client.post("/feedback?label=X", json={"pixels": (np.eye(28) * 255).tolist()})
    assert_error(client.post("/evaluate", json={"data": "feedback"}), 422, "invalid_dataset")


def test_too_much_feedback_is_refused(make_app: MakeApp):
    """Before any drawing is read."""
    app = make_app(max_dataset_images=1)
    client = app.test_client()
    for image in images()[:2]:
        client.post("/feedback?label=7", data=encode_picture(image), content_type="image/png")
    assert app.extensions[EXTENSION_KEY].feedback.count() == 2
    assert_error(client.post("/evaluate", json={"data": "feedback"}), 413, "too_large")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"data": 7}, 400, "invalid_input"),
        ({"data": None}, 400, "invalid_input"),
        ({"data": ["mnist"]}, 400, "invalid_input"),
        ({"data": "mnist", "labels": []}, 400, "invalid_input"),
        ({"data": ""}, 404, "dataset_not_found"),
        ({"data": "../mnist"}, 404, "dataset_not_found"),
        ({"data": "a\0b"}, 404, "dataset_not_found"),
        ({"data": "train"}, 404, "dataset_not_found"),
    ],
)
def test_invalid_names_are_refused(make_app: MakeApp, user_folder: Path, body: dict, status: int, code: str):
    """A name is never used as a path."""
    assert_error(make_app(data=str(user_folder)).test_client().post("/evaluate", json=body), status, code)


def test_damaged_dataset_is_listed_with_its_problem(make_app: MakeApp, user_folder: Path):
    """Other datasets are still available."""
    (user_folder / "mnist" / IDX_FILES[2]).write_bytes(b"damaged")
    client = make_app(data=str(user_folder)).test_client()
    datasets = list_datasets(client)
    assert datasets["mnist"]["n"] == 0
    assert IDX_FILES[2] in datasets["mnist"]["problem"]
    assert datasets["feedback"]["problem"] is None
    assert_error(client.post("/evaluate", json={"data": "mnist"}), 422, "invalid_dataset")


def test_missing_data_folder_is_refused(tmp_path: Path):
    """At startup."""
    with pytest.raises(InvalidSettings):
        Settings(data=str(tmp_path / "absent"))
    assert Settings.from_environment({"INKLING_DATA": str(tmp_path)}).data_folder == tmp_path


def test_mnist_test_split_has_10000_images(make_app: MakeApp, mnist_folder: Path):
    """In the list and in the report."""
    client = make_app(data=str(mnist_folder.parent)).test_client()
    assert list_datasets(client)["mnist"]["n"] == 10_000
    report = client.post("/evaluate?crops=1", json={"data": "mnist"}).json
    assert report["data"]["n"] == 10_000
    assert [batch["done"] for batch in report["batches"]] == list(range(100, 10_001, 100))
