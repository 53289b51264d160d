"""Data by HTTP: what can be trained on, and what it looks like."""

import io
import json

import numpy as np
from PIL import Image

from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import Serving
from trainer.data.spec import load


def test_data_is_listed_with_counts(serving: Serving):
    """The bundled digits as they are; feedback, of which there is none, with the reason."""
    sets = {each["name"]: each for each in serving.ask("GET", "/data").body["data"]}
    digits, known = sets["digits"], load("digits")
    assert digits["n"] == len(known)
    assert digits["histogram"] == known.counts()
    assert digits["sha256"] == known.sha256()
    assert digits["problem"] is None
    assert sets["feedback"]["n"] == 0
    assert sets["feedback"]["problem"].startswith("Expected drawings of feedback")


def test_files_of_the_data_folder_are_listed(tmp_path):
    """And can be looked at by their names; what cannot be read says why."""
    data = tmp_path / "data"
    (data / "pens").mkdir(parents=True)
    (data / "broken.csv").write_text("no,pixels\n")
    drawings = [{"label": label, "strokes": [[[0, 0], [x, 90], [40, 10]]]} for label in "ab" for x in (3, 20, 60)]
    (data / "pens" / "mine.jsonl").write_text("".join(json.dumps(drawing) + "\n" for drawing in drawings))
    with Serving(tmp_path / "service", "--warm-workers", "0", INKLING_DATA=str(data)) as serving:
        for _ in range(2):  # once read, once remembered
            sets = {each["name"]: each for each in serving.ask("GET", "/data").body["data"]}
            assert sets["mine.jsonl"]["histogram"] == {"a": 3, "b": 3}
            assert sets["mine.jsonl"]["strokes"] == 6
            assert sets["broken.csv"]["problem"].startswith("Row 1, column 2: Expected ")
        page = serving.ask("GET", "/data/mine.jsonl/samples").body
        assert [sample["label"] for sample in page["samples"]] == ["a", "a", "a", "b", "b", "b"]
        assert serving.submit(data=[sets["mine.jsonl"]["spec"]], recipe="tfjs", epochs=1)


def test_samples_are_paged(serving: Serving):
    """Every image once, in the set's order, as it is."""
    known = load("digits")
    page = serving.ask("GET", "/data/digits/samples?page=2&limit=200").body
    assert (page["n"], page["page"], page["pages"]) == (len(known), 2, -(-len(known) // 200))
    assert [sample["index"] for sample in page["samples"]] == list(range(200, 400))
    np.testing.assert_array_equal([sample["pixels"] for sample in page["samples"]], known.images[200:400])
    assert [sample["label"] for sample in page["samples"]] == [known.labels[target] for target in known.targets[200:400]]


def test_samples_of_one_label(serving: Serving):
    """As many as the histogram says."""
    page = serving.ask("GET", "/data/digits/samples?label=7&limit=3").body
    assert page["n"] == load("digits").counts()["7"]
    assert {sample["label"] for sample in page["samples"]} == {"7"}


def test_samples_as_a_picture(serving: Serving):
    """By Accept."""
    answer = serving.ask("GET", "/data/digits/samples?limit=20", Accept="image/png")
    assert answer.headers["Content-Type"] == "image/png"
    assert "Accept" in answer.headers["Vary"]
    Image.open(io.BytesIO(answer.body)).verify()


def test_what_is_not_there_is_refused(serving: Serving):
    """Names, pages, labels and media types."""
    assert_error(serving.ask("GET", "/data/nothing/samples"), 404, "dataset_not_found", "digits", "'nothing'")
    assert_error(serving.ask("GET", "/data/..%2F..%2Fetc%2Fpasswd/samples"), 404, "not_found")
    assert_error(serving.ask("GET", "/data/digits/samples?page=999999"), 400, "invalid_input", "between 1 and")
    assert_error(serving.ask("GET", "/data/digits/samples?label=x"), 400, "invalid_input", "'x'")
    assert_error(serving.ask("GET", "/data/digits/samples", Accept="text/css"), 406, "not_acceptable", "text/css")
