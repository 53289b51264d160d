"""`trainer adopt`: its options, and what it prints."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inkling.errors import InvalidInput
from tests.support.foreign_model import LABELS, write_foreign_model
from trainer.cli.adopt import read_labels
from trainer.cli.main import main

LIST = ",".join(LABELS)


def adopt(*words: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["adopt", *map(str, words)], prog_name="trainer")


def test_labels_from_a_list_and_from_a_file(tmp_path: Path):
    """One per line; blank lines at the end and a byte order mark don't count."""
    assert read_labels(" a, b ,c") == ["a", "b", "c"]
    file = tmp_path / "labels.txt"
    file.write_text("\ufeffone\ntwo\n\n", "utf-8")
    assert read_labels(str(file)) == ["one", "two"]


@pytest.mark.parametrize("text", ["a", "a,,b", "a,a", "nowhere.txt"])
def test_wrong_labels(text: str):
    """A single one, an empty one, the same twice, a missing file."""
    with pytest.raises(InvalidInput):
        read_labels(text)


def test_file_that_is_no_text(tmp_path: Path):
    """One sentence."""
    (tmp_path / "labels").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InvalidInput):
        read_labels(str(tmp_path / "labels"))


def test_report_is_printed(tmp_path: Path):
    """The path on standard output; input, accuracy, interval and n on standard error."""
    file, out = write_foreign_model(tmp_path / "foreign.onnx"), tmp_path / "out.onnx"
    result = adopt(file, "--labels", LIST, "--mean", "0", "--std", "1", "--ink", "light", "--data", "digits", "--out", out)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{out}\n"
    assert "(N, 1, 28, 28), 0 to 1, light ink; output logits" in result.stderr
    assert "n = 1,797" in result.stderr


def test_without_data_it_says_so(tmp_path: Path):
    """And without options it asks for them in one line, exit 1."""
    file, out = write_foreign_model(tmp_path / "foreign.onnx", ("N", 1, "h", "w")), tmp_path / "out.onnx"
    result = adopt(file, "--labels", LIST)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    result = adopt(file, "--labels", LIST, "--scale", "0-1", "--ink", "light", "--size", "28", "--out", out)
    assert result.exit_code == 0, result.output
    assert "not evaluated" in result.stderr


@pytest.mark.parametrize("words", [["--size", "0x2"], ["--size", "1x2x3"], ["--mean", "a"], ["--ink", "blue"]])
def test_wrong_usage(words: list[str]):
    """Exit 2."""
    assert adopt("model.onnx", "--labels", LIST, *words).exit_code == 2
