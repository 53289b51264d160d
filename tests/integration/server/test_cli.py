"""`server check` and the failures of `server run`: one sentence, exit 1; usage, exit 2."""

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image
from server.cli.main import main
from tests.support.fake_model import fake_card, write_fake_model

LABELS = [str(digit) for digit in range(10)]


def server(*words: str, **environment: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, list(words), env=environment)


def assert_one_sentence(result: Result, status: int = 1) -> None:
    """The command failed with one line on standard error and nothing on standard output."""
    assert result.exit_code == status
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def with_smoke(folder: Path, change: float = 0.0) -> Path:
    """A fake model whose card holds the smoke picture's answer, with something added to one probability."""
    path = write_fake_model(folder / "digits.onnx")
    kept = Predictor(path).predict(smoke_image()[None]).probabilities[0].tolist()
    kept[0] += change
    report = {"accuracy": 0.9957, "data": {"name": "mnist", "n": 10_000}, "smoke": {"probabilities": kept}}
    return write_fake_model(path, card=fake_card(LABELS, "digits", report=report))


def test_check_tells_the_card_the_parity_and_the_time(tmp_path: Path):
    """All of it on standard output, exit 0."""
    result = server("check", str(with_smoke(tmp_path)))
    assert result.exit_code == 0, result.output
    lines = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert lines["model"].startswith("digits")
    assert lines["labels"] == f"10: {' '.join(LABELS)}"
    assert lines["accuracy"] == "99.57% averaged over the crops, n = 10,000"
    assert lines["parity"].startswith("as at export")
    assert result.stdout.count("µs for an answer") == 2


def test_check_says_where_there_is_nothing_to_compare(tmp_path: Path):
    """A card without the smoke picture's answer is told, not failed."""
    result = server("check", str(write_fake_model(tmp_path / "digits.onnx")))
    assert result.exit_code == 0
    assert "holds no answer" in result.stdout


def test_check_fails_where_the_answer_is_another(tmp_path: Path):
    """A smoke picture read differently than at export is one sentence, exit 1."""
    result = server("check", str(with_smoke(tmp_path, change=0.01)))
    assert result.exit_code == 1
    assert "as at export" in result.stderr


@pytest.mark.parametrize(
    "change",
    [
        {"layers": [{"parameters": "many"}]},
        {"report": {"one_crop": 1}},
        {"report": {"data": []}},
        {"report": {"smoke": {"probabilities": ["all", "of", "them"]}}},
        {"report": {"smoke": {}}},
    ],
)
def test_check_refuses_a_card_that_people_cannot_be_told(tmp_path: Path, change: dict):
    """What serving does not need must have its form all the same."""
    labels = [str(digit) for digit in range(10)]
    model = write_fake_model(tmp_path / "odd.onnx", card=fake_card(labels) | change)
    result = CliRunner().invoke(main, ["check", str(model)])
    assert (result.exit_code, "form of version 1" in result.stderr) == (1, True)


def test_check_refuses_what_is_no_model(tmp_path: Path):
    """One sentence, exit 1."""
    path = tmp_path / "digits.onnx"
    path.write_bytes(json.dumps({}).encode())
    assert_one_sentence(server("check", str(path)))
    assert_one_sentence(server("check", str(write_fake_model(tmp_path / "bare.onnx", card=""))))


USAGE = [
    ("check",),
    ("check", "nowhere.onnx"),
    ("check", "."),
    ("run", "--port", "x"),
    ("run", "--workers", "0"),
    ("run", "--token", "x"),
    ("run", "--unknown"),
    ("walk",),
]


@pytest.mark.parametrize("words", USAGE, ids=" ".join)
def test_wrong_usage_exits_2(words: tuple[str, ...]):
    """With the usage on standard error."""
    result = server(*words)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr


def test_a_variable_that_is_no_number_is_wrong_usage():
    """As it stands for an option."""
    assert server("run", INKLING_PORT="x").exit_code == 2


BAD_STORES = ["nonsense", "mysql://u:p@h/d", "sqlite://", "sqlite:////dev/null/store.db", "postgresql://u:hush@127.0.0.1:1/d"]


@pytest.mark.parametrize("store", BAD_STORES)
def test_a_store_that_does_not_open_is_one_sentence(models_folder: Path, store: str):
    """And tells no password."""
    result = server("run", "--models", str(models_folder), "--port", "0", "--store", store)
    assert_one_sentence(result)
    assert "hush" not in result.stderr


def test_a_missing_folder_is_one_sentence(tmp_path: Path):
    """Named as it was given."""
    result = server("run", "--models", str(tmp_path / "nowhere"), "--port", "0")
    assert_one_sentence(result)
    assert "nowhere" in result.stderr


def test_a_taken_port_is_one_sentence(models_folder: Path):
    """Told at once, with the port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = server("run", "--models", str(models_folder), "--port", str(port))
    assert_one_sentence(result)
    assert str(port) in result.stderr


@pytest.mark.parametrize("host", ["no.such.name.invalid", "203.0.113.7"])
def test_an_address_of_somebody_else_is_one_sentence(models_folder: Path, host: str):
    """Told at once."""
    assert_one_sentence(server("run", "--models", str(models_folder), "--port", "0", "--host", host))


def test_a_bad_token_is_one_sentence(models_folder: Path):
    """And tells nothing of it."""
    result = server("run", "--models", str(models_folder), "--port", "0", INKLING_TOKEN="hush hush")
    assert_one_sentence(result)
    assert "hush" not in result.stderr
