"""The command line `trainer`."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from tests.support.pictures import draw_seven, encode_picture
from trainer.cli.main import main
from trainer.runs.run import Run


def invoke(*words: object):
    """Invoke `trainer` in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="trainer")


def test_help_lists_every_command():
    """`trainer --help` names them."""
    text = invoke("--help").output
    assert all(command in text for command in ("data", "distill", "ensemble", "evaluate", "export", "fit", "sweep"))


@pytest.mark.parametrize(
    ("words", "mentioned"),
    [
        (["fit", "--data", "nowhere"], "nowhere"),
        (["fit", "--resume", "nowhere"], "settings.json"),
        (["fit", "--resume", "nowhere", "--seed", "1"], "--resume"),
        (["export", "nowhere"], "settings.json"),
        (["fit", "--data", "digits", "--outliers", "nowhere"], "nowhere"),
        (["evaluate", "nowhere"], "nowhere"),
        (["fit", "--config", __file__], "TOML"),
    ],
)
def test_an_error_is_one_sentence_with_exit_code_1(words, mentioned):
    """Without a traceback."""
    result = invoke(*words)
    assert result.exit_code == 1
    assert mentioned in result.stderr
    assert result.stderr.strip().count("\n") == 0
    assert result.stderr.startswith(f"trainer {words[0]}: ")


@pytest.mark.parametrize(
    "words", [["fit", "--optimizer", "lbfgs"], ["fit", "--epochs", "0"], ["fit", "--seed", "x"], ["teach"]]
)
def test_a_usage_error_has_exit_code_2(words):
    """click checks the declared choices and ranges."""
    assert invoke(*words).exit_code == 2


def test_evaluate_writes_a_report_and_plots(digits_run, digits_model, tmp_path):
    """For a run and for its model; --json prints the whole report."""
    for model in (digits_run.path, digits_model):
        out = tmp_path / model.name
        result = invoke("evaluate", model, "--data", "digits", "--crops", "1", "--json", "--out", out)
        assert result.exit_code == 0, result.stderr
        report = json.loads(result.stdout)
        assert report["data"]["n"] == 359
        assert report["crops"] == [[0, 0]]
        assert "the test split of the fit" in result.stderr
        for name in ("confusion-matrix.png", "mistakes.png"):
            assert (out / name).read_bytes().startswith(b"\x89PNG")
    text = invoke("evaluate", digits_run.path, "--out", tmp_path / "text").stdout
    assert text.startswith("accuracy 9")
    assert text.splitlines()[1].startswith("calibration error ")
    assert len(text.splitlines()) == 14


def test_a_run_and_its_model_predict_the_same(digits_run, digits_model, tmp_path):
    """With the same confidence, but for rounding."""
    (tmp_path / "seven.png").write_bytes(encode_picture(draw_seven()))
    both = [
        json.loads(invoke("predict", model, tmp_path / "seven.png", "--json").stdout)
        for model in (digits_run.path, digits_model)
    ]
    assert both[0]["label"] == both[1]["label"]
    assert both[0]["probabilities"] == pytest.approx(both[1]["probabilities"], abs=1e-5)


def test_a_run_is_listed_and_shown(digits_run):
    """With its accuracies and the time of each phase."""
    (row,) = json.loads(invoke("runs", "list", "--runs", digits_run.path.parent, "--json").stdout)
    assert (row["state"], row["epochs"], row["test"]["n"]) == ("finished", 4, 359)
    text = invoke("runs", "show", digits_run.path).stdout
    assert all(phase in text for phase in ("loading", "compiling", "training", "validating", "measuring"))


def test_evaluate_includes_outliers(digits_model, tmp_path):
    """`--outliers` can be repeated; a dataset with the model's labels contains none."""
    words = ("evaluate", digits_model, "--data", "digits", "--out", tmp_path, "--json")
    known = json.loads(invoke(*words, "--outliers", "faces", "--outliers", "pairs").stdout)["known"]
    assert known.keys() == {"threshold", "score", "rejected", "roc_auc", "outliers", "outliers_rejected"}
    assert 900 < known["outliers"] <= 1_000
    refused = invoke(*words, "--outliers", "digits")
    assert (refused.exit_code, "digits" in refused.stderr) == (1, True)


def test_a_run_and_its_model_have_the_same_report(digits_run, digits_model, tmp_path):
    """The same code evaluates both."""
    both = [
        json.loads(invoke("evaluate", model, "--data", "digits", "--crops", "all", "--json", "--out", tmp_path / "out").stdout)
        for model in (digits_run.path, digits_model)
    ]
    assert both[0]["confusion_matrix"] == both[1]["confusion_matrix"]
    assert both[0]["loss"] == pytest.approx(both[1]["loss"], abs=1e-5)


@pytest.fixture
def long_fit(tmp_path):
    """A `trainer fit` in its own process that would take very long."""
    words = ["fit", "--data", "digits", "--recipe", "tfjs", "--epochs", "99999", "--progress", "json"]
    command = [sys.executable, "-c", "from trainer.cli.main import main; main()", *words, "--run", str(tmp_path / "run")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield process, tmp_path / "run"
    process.kill()
    process.communicate()


@pytest.mark.slow
def test_ctrl_c_leaves_a_run_that_can_be_exported(long_fit, tmp_path):
    """SIGINT during the third epoch ends the fit with exit code 0."""
    process, folder = long_fit
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "epoch" and event["epoch"] == 2:
            process.send_signal(signal.SIGINT)
            break
    rest, errors = process.communicate(timeout=120)
    last = json.loads(rest.splitlines()[-1])
    assert process.returncode == 0, errors
    assert (last["event"], last["interrupted"]) == ("finished", True)
    assert "Ctrl-C" in errors
    result = invoke("export", folder, "--out", tmp_path / "model.onnx")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == str(tmp_path / "model.onnx")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["auto"]),
        (["--outliers", "none"], []),
        (["--outliers", "faces", "--outliers", "digits"], ["faces", "digits"]),
        (["--recipe", "tfjs"], []),
    ],
)
def test_outliers_come_from_the_recipe_or_the_option(words, expected, monkeypatch, tmp_path):
    """Given ones replace the recipe's; `none` removes them."""
    given = []
    monkeypatch.setattr("trainer.fit.fit", lambda settings, *_, **__: given.append(settings) or Run(tmp_path))
    assert invoke("fit", *words).exit_code == 0
    assert list(given[0].outliers) == expected


def test_a_resumed_run_keeps_its_recipe(digits_run):
    """`--resume` with `--recipe` is refused rather than ignored."""
    result = invoke("fit", "--resume", digits_run.path, "--recipe", "convnetjs")
    assert (result.exit_code, "--resume" in result.stderr) == (1, True)


@pytest.mark.slow
def test_a_missing_package_is_named(tmp_path):
    """`make run` installs no TensorFlow."""
    blocked = "import sys; sys.modules['sklearn.datasets'] = None; from trainer.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", blocked, "fit", "--data", "digits", "--run", str(tmp_path / "run")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "sklearn" in done.stderr
    assert "Traceback" not in done.stderr


def test_config_file_of_a_run_reproduces_it(digits_run, tmp_path):
    """The same settings and the same weights."""
    result = invoke("fit", "--config", digits_run.file("config.toml"), "--run", tmp_path / "again")
    assert result.exit_code == 0, result.stderr
    again = Run.open(tmp_path / "again")
    assert again.settings == digits_run.settings
    for mine, theirs in zip(again.read_weights(), digits_run.read_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_dry_run_writes_nothing(tmp_path, monkeypatch):
    """It prints layers, split, steps and an estimate."""
    monkeypatch.chdir(tmp_path)
    words = ("fit", "--dry-run", "--data", "digits", "--recipe", "tfjs", "--batch-size", "64")
    result = invoke(*words, "--progress", "json")
    assert result.exit_code == 0, result.stderr
    estimate = json.loads(result.stdout)
    assert estimate["counts"] == {"training": 1222, "validation": 216, "test": 359}
    found = [estimate[name] for name in ("steps_per_epoch", "epochs", "timed_steps")]
    assert found == [20, 10, 18]  # the last of 20 steps has a smaller batch and is not timed
    for name in ("step_seconds", "validation_seconds", "training_seconds", "memory"):
        assert estimate[name] > 0
    text = invoke(*words, "--recipe", "perceptron", "--run", "runs/x").stdout.splitlines()
    assert text[0].split()[:2] == ["layer", "kind"]
    assert [line.split()[0] for line in text[-6:]] == ["device", "images", "steps", "measured", "estimate", "memory"]
    assert not list(tmp_path.iterdir())
    assert invoke(*words, "--resume", "runs/x").exit_code == 2


def test_a_full_disk_is_reported(monkeypatch, tmp_path):
    """With the system's message."""

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("trainer.runs.run.save_arrays", full)
    result = invoke("fit", "--data", "digits", "--recipe", "tfjs", "--epochs", "1", "--run", tmp_path / "run")
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr.splitlines()[-1]


def test_standard_output_and_error_of_a_fit(tmp_path):
    """Standard error has the phases and the layer table, no logs of libraries; standard output is the run folder."""
    command = [sys.executable, "-c", "from trainer.cli.main import main; main()", "fit", "--data", "digits", "--recipe", "tfjs"]
    command += ["--epochs", "1", "--learning-rate", "1e-6", "--run", str(tmp_path / "run")]
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}  # tf2onnx sets it here
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=True)
    lines = done.stderr.splitlines()
    assert lines[:3] == ["loading Keras …", "loading the dataset digits …", "building the network …"]
    assert lines[3].split() == ["layer", "kind", "output", "parameters", "multiply-adds"]
    epoch = lines.index("compiling the training step …") + 1
    assert " val_accuracy " in lines[epoch]
    assert lines[epoch + 1] == "measuring the accuracy on the test split …"
    assert lines[epoch + 2].startswith("done in ")
    assert lines[epoch + 3].startswith("warning: ")  # so low a learning rate teaches nothing
    assert done.stdout == f"{tmp_path / 'run'}\n"
