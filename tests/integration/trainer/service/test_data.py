"""GET /data and GET /data/NAME/samples."""

import io
import json

import numpy as np
from PIL import Image

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import TrainerProcess
from trainer.data.spec import load


def test_datasets_are_listed_with_counts(service: TrainerProcess):
    """The bundled digits; feedback has a problem, since there is none."""
    sets = {each["name"]: each for each in service.request("GET", "/data").body["data"]}
    digits, dataset = sets["digits"], load("digits")
    assert digits["n"] == len(dataset)
    assert digits["histogram"] == dataset.counts()
    assert digits["sha256"] == dataset.sha256()
    assert digits["problem"] is None
    assert sets["feedback"]["n"] == 0
    assert sets["feedback"]["problem"]


def test_files_in_the_data_folder_are_listed(tmp_path):
    """With samples, or with the problem of an invalid file. The second list comes from stored statistics."""
    data = tmp_path / "data"
    (data / "pens").mkdir(parents=True)
    (data / "broken.csv").write_text("no,pixels\n")
    drawings = [{"label": label, "strokes": [[[0, 0], [x, 90], [40, 10]]]} for label in "ab" for x in (3, 20, 60)]
    (data / "pens" / "mine.jsonl").write_text("".join(json.dumps(drawing) + "\n" for drawing in drawings))
    with TrainerProcess(tmp_path / "service", "--warm-workers", "0", INKLING_DATA=str(data)) as service:
        for _ in range(2):  # once read, once remembered
            sets = {each["name"]: each for each in service.request("GET", "/data").body["data"]}
            assert sets["mine.jsonl"]["histogram"] == {"a": 3, "b": 3}
            assert sets["mine.jsonl"]["strokes"] == 6
            assert sets["broken.csv"]["problem"]
        page = service.request("GET", "/data/mine.jsonl/samples").body
        assert [sample["label"] for sample in page["samples"]] == ["a", "a", "a", "b", "b", "b"]
        duplicates = service.request("GET", "/data/mine.jsonl/samples?duplicates=true").body
        assert [(each["index"], each["label"], each["copies"]) for each in duplicates["samples"]] == [
            *((0, "a", 2), (3, "b", 2), (1, "a", 2)),
            *((4, "b", 2), (2, "a", 2), (5, "b", 2)),
        ]
        assert service.request("GET", "/data/mine.jsonl/samples?duplicates=true&label=b").body["n"] == 3
        assert service.submit(data=[sets["mine.jsonl"]["spec"]], recipe="tfjs", epochs=1)


def test_samples_are_paginated(service: TrainerProcess):
    """Every image once, in the order of the dataset."""
    dataset = load("digits")
    page = service.request("GET", "/data/digits/samples?page=2&limit=200").body
    assert (page["n"], page["page"], page["pages"]) == (len(dataset), 2, -(-len(dataset) // 200))
    assert [sample["index"] for sample in page["samples"]] == list(range(200, 400))
    np.testing.assert_array_equal([sample["pixels"] for sample in page["samples"]], dataset.images[200:400])
    assert [sample["label"] for sample in page["samples"]] == [dataset.labels[target] for target in dataset.targets[200:400]]


def test_samples_of_one_label(service: TrainerProcess):
    """Their number is that of the histogram."""
    page = service.request("GET", "/data/digits/samples?label=7&limit=3").body
    assert page["n"] == load("digits").counts()["7"]
    assert {sample["label"] for sample in page["samples"]} == {"7"}


def test_samples_as_png(service: TrainerProcess):
    """Selected by Accept."""
    response = service.request("GET", "/data/digits/samples?limit=20", Accept="image/png")
    assert response.headers["Content-Type"] == "image/png"
    assert "Accept" in response.headers["Vary"]
    Image.open(io.BytesIO(response.body)).verify()


def test_invalid_requests_for_samples(service: TrainerProcess):
    """Unknown names, pages, labels and media types."""
    assert_error(service.request("GET", "/data/nothing/samples"), 404, "dataset_not_found")
    assert_error(service.request("GET", "/data/..%2F..%2Fetc%2Fpasswd/samples"), 404, "not_found")
    assert_error(service.request("GET", "/data/digits/samples?page=999999"), 400, "invalid_input")
    assert_error(service.request("GET", "/data/digits/samples?label=x"), 400, "invalid_input")
    assert_error(service.request("GET", "/data/digits/samples?duplicates=1"), 400, "invalid_input")
    assert service.request("GET", "/data/digits/samples?duplicates=true").body["samples"] == []
    assert_error(service.request("GET", "/data/digits/samples?duplicates=true", Accept="image/png"), 400, "invalid_input")
    assert_error(service.request("GET", "/data/digits/samples", Accept="text/css"), 406, "not_acceptable")
