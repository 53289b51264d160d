"""`server check`, and errors of `server run`: one line and exit 1, or usage and exit 2."""

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inkling.models.predictor import Predictor
from inkling.models.repository import ModelRepository, file_sha256
from inkling.models.smoke_example import SmokeExample
from inkling.models.smoke_test import smoke_image
from server.cli.main import main
from tests.support.fake_model import fake_card, write_fake_model
from tests.support.model_versions import write_model_version

LABELS = [str(digit) for digit in range(10)]


def server(*words: str, **environment: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, list(words), env=environment, prog_name="server")


def assert_error_line(result: Result, status: int = 1) -> None:
    """The command failed with one line on standard error and nothing on standard output."""
    assert result.exit_code == status
    assert result.stdout == ""
    assert result.stderr.startswith("server ")
    assert result.stderr.count("\n") == 1


def write_model_with_smoke_test(folder: Path, change: float = 0.0) -> Path:
    """A fake model whose card has an image with its prediction, of which the first probability is changed."""
    path = write_fake_model(folder / "digits.onnx")
    probabilities = Predictor(path).predict(smoke_image().T[None]).probabilities[0]
    probabilities[0] += change
    report = {"accuracy": 0.9957, "data": {"name": "mnist", "n": 10_000}}
    smoke = SmokeExample(smoke_image().T, "3", probabilities).to_json()
    return write_fake_model(path, card=fake_card(LABELS, "digits", report=report, smoke=smoke))


def test_check_prints_card_parity_and_time(tmp_path: Path):
    """On standard output, exit 0."""
    result = server("check", str(write_model_with_smoke_test(tmp_path)))
    assert result.exit_code == 0, result.output
    lines = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert lines["model"].startswith("digits")
    assert lines["labels"] == f"10: {' '.join(LABELS)}"
    assert lines["accuracy"] == "99.57% averaged over the crops, n = 10,000"
    assert "for an image of 3," in result.stdout
    assert lines["parity"].startswith("as at export")
    assert result.stdout.count("µs per image") == 2


def test_check_without_smoke_test_in_the_card(tmp_path: Path):
    """Parity is unknown, exit 0."""
    result = server("check", str(write_fake_model(tmp_path / "digits.onnx")))
    assert result.exit_code == 0
    assert "parity      unknown" in result.stdout


def test_check_fails_for_another_prediction(tmp_path: Path):
    """Exit 1."""
    result = server("check", str(write_model_with_smoke_test(tmp_path, change=0.005)))
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"layers": [{"parameters": "many"}]},
        {"report": {"one_crop": 1}},
        {"report": {"data": []}},
        {"smoke": {}},
    ],
)
def test_check_refuses_malformed_fields(tmp_path: Path, change: dict):
    """Even of fields that serving does not need."""
    labels = [str(digit) for digit in range(10)]
    model = write_fake_model(tmp_path / "odd.onnx", card=fake_card(labels) | change)
    result = CliRunner().invoke(main, ["check", str(model)])
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_check_refuses_other_files(tmp_path: Path):
    """One line, exit 1."""
    path = tmp_path / "digits.onnx"
    path.write_bytes(json.dumps({}).encode())
    assert_error_line(server("check", str(path)))
    assert_error_line(server("check", str(write_fake_model(tmp_path / "bare.onnx", card=""))))


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
def test_wrong_usage(words: tuple[str, ...]):
    """Exit 2."""
    result = server(*words)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr


def test_invalid_variable_is_wrong_usage():
    """Like an invalid option."""
    assert server("run", INKLING_PORT="x").exit_code == 2


BAD_STORES = ["nonsense", "mysql://u:p@h/d", "sqlite://", "sqlite:////dev/null/store.db", "postgresql://u:hush@127.0.0.1:1/d"]


@pytest.mark.parametrize("store", BAD_STORES)
def test_store_that_cannot_be_opened(models_folder: Path, store: str):
    """The message does not contain the password."""
    result = server("run", "--models", str(models_folder), "--port", "0", "--store", store)
    assert_error_line(result)
    assert "hush" not in result.stderr


def test_missing_model_folder(tmp_path: Path):
    """The message names it."""
    result = server("run", "--models", str(tmp_path / "nowhere"), "--port", "0")
    assert_error_line(result)
    assert "nowhere" in result.stderr


def test_port_in_use(models_folder: Path):
    """The message names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = server("run", "--models", str(models_folder), "--port", str(port))
    assert_error_line(result)
    assert str(port) in result.stderr


@pytest.mark.parametrize("host", ["no.such.name.invalid", "203.0.113.7"])
def test_foreign_address(models_folder: Path, host: str):
    """One line."""
    assert_error_line(server("run", "--models", str(models_folder), "--port", "0", "--host", host))


def test_invalid_token(models_folder: Path):
    """The message does not contain it."""
    result = server("run", "--models", str(models_folder), "--port", "0", INKLING_TOKEN="hush hush")
    assert_error_line(result)
    assert "hush" not in result.stderr


def test_publish(tmp_path: Path):
    """The version is printed; the file becomes current, or with --canary a candidate."""
    (tmp_path / "models").mkdir()
    repository = ModelRepository(tmp_path / "models")
    files = [write_model_version(tmp_path, number) for number in (1, 2, 3)]
    options = ("--models", str(repository.folder), "--name", "digits")
    for file, more in zip(files, ([], [], ["--canary", "0.25"]), strict=True):
        result = server("publish", str(file), *options, *more)
        assert (result.exit_code, result.stdout) == (0, f"{file_sha256(file)[:12]}\n"), result.output
    assert repository.current_sha256("digits") == file_sha256(files[1])
    assert repository.shares("digits") == {file_sha256(files[2]): 0.25}
    assert server("publish", str(files[0]), INKLING_MODELS=str(repository.folder)).exit_code == 0
    assert repository.path("version-1").is_file()


@pytest.mark.parametrize("words", [["--canary", "0.1"], ["--name", "../digits"]])
def test_publish_is_refused(tmp_path: Path, words: list[str]):
    """A canary without a current version, and invalid names: exit 1."""
    (tmp_path / "models").mkdir()
    file = write_model_version(tmp_path, 1)
    assert_error_line(server("publish", str(file), "--models", str(tmp_path / "models"), *words))
    assert list((tmp_path / "models").iterdir()) == []
