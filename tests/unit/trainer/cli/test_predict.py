"""`trainer predict`."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.support.pictures import draw_seven, encode_picture
from trainer.cli.main import main

MODEL = Path(__file__).parents[4] / "models/digits.onnx"


@pytest.fixture(autouse=True)
def pictures(tmp_path, monkeypatch) -> None:
    """Two pictures of a seven, one of them in a subfolder, one without ink, and a file that is no picture."""
    monkeypatch.chdir(tmp_path)
    Path("pictures/more").mkdir(parents=True)
    Path("pictures/a.png").write_bytes(encode_picture(draw_seven()))
    Path("pictures/more/b.JPG").write_bytes(encode_picture(draw_seven(), "JPEG"))
    Path("pictures/notes.txt").write_text("no picture")
    Path("empty.png").write_bytes(encode_picture(np.full((40, 40), 255, np.uint8)))
    Path("broken.png").write_bytes(b"broken")
    Path("none").mkdir()


def predict(*words: object, stdin: bytes | None = None):
    """Invoke `trainer predict` with the model."""
    return CliRunner().invoke(main, ["predict", str(MODEL), *map(str, words)], prog_name="trainer", input=stdin)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["pictures/a.png"], ["pictures/a.png"]),
        (["pictures"], ["pictures/a.png", "pictures/more/b.JPG"]),
        (["pictures/*.png"], ["pictures/a.png"]),
        (["pictures/**/*.JPG", "pictures/more/b.JPG"], ["pictures/more/b.JPG"]),
        (["-"], ["-"]),
    ],
)
def test_pictures_are_files_folders_patterns_and_standard_input(words, expected):
    """Each is predicted once; with --json, one object in a line."""
    result = predict(*words, "--json", stdin=Path("pictures/a.png").read_bytes())
    assert result.exit_code == 0, result.stderr
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["picture"] for row in rows] == expected
    for row in rows:
        assert (row["label"], row["known"], row["multiple"]) == ("7", True, False)
        assert row["probabilities"]["7"] == row["confidence"] > 0.99


def test_the_table_has_label_confidence_and_second_choice():
    """The center crop alone gives another confidence."""
    lines = predict("pictures/a.png").stdout.splitlines()
    assert lines[0].split() == ["picture", "label", "confidence", "second", "choice"]
    name, label, confidence, second, share = lines[1].split()
    assert (name, label, second != "7") == ("pictures/a.png", "7", True)
    assert float(confidence.rstrip("%")) + float(share.rstrip("%")) <= 100
    assert predict("pictures/a.png", "--crops", "1").stdout != predict("pictures/a.png").stdout


@pytest.mark.parametrize("as_json", [True, False])
def test_a_picture_that_cannot_be_read_gets_its_sentence(as_json):
    """The others are predicted all the same; the exit code is 1."""
    wrong = ["empty.png", "broken.png", "nowhere.png", "none"]
    result = predict(*wrong, "pictures/a.png", *["--json"] * as_json)
    assert result.exit_code == 1
    sentences = result.stderr.splitlines()
    assert [sentence.split(":")[0] for sentence in sentences[:-1]] == wrong
    assert sentences[-1].startswith("4 of 5 ")
    assert "pictures/a.png" in result.stdout.splitlines()[-1]
    if as_json:
        codes = [json.loads(line)["error"]["code"] for line in result.stdout.splitlines()[:-1]]
        assert codes == ["empty_picture", "unsupported_picture", "invalid_input", "invalid_input"]


def test_a_model_is_needed():
    """Neither a run nor a model file."""
    result = CliRunner().invoke(main, ["predict", "nowhere", "pictures/a.png"], prog_name="trainer")
    assert (result.exit_code, result.stderr.startswith("trainer predict: nowhere is neither")) == (1, True)
    assert predict().exit_code == 2
