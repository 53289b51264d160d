"""The command line, as people type it."""

import json
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from trainer.cli.main import main
from trainer.runs.run import Run


def run(*words: str):
    """Invoke `trainer` in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="trainer")


def test_help_lists_every_command():
    """`trainer --help` names what there is."""
    text = run("--help").output
    assert all(command in text for command in ("data", "distill", "ensemble", "evaluate", "export", "fit", "sweep"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fit", "--data", "nowhere"], "nowhere"),
        (["fit", "--resume", "nowhere"], "settings.json"),
        (["fit", "--resume", "nowhere", "--seed", "1"], "no other setting"),
        (["export", "nowhere"], "settings.json"),
        (["fit", "--data", "digits", "--outliers", "nowhere"], "nowhere"),
        (["evaluate", "nowhere"], "which is neither"),
    ],
)
def test_a_mistake_gets_one_sentence_and_exit_1(words, said):
    """Nothing but the sentence reaches standard error, and no traceback."""
    result = run(*words)
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.strip().count("\n") == 0
    assert result.stderr.startswith(f"trainer {words[0]}: Expected")


@pytest.mark.parametrize(
    "words", [["fit", "--optimizer", "lbfgs"], ["fit", "--epochs", "0"], ["fit", "--seed", "x"], ["teach"]]
)
def test_wrong_usage_exits_with_2(words):
    """click's own checks come from the declared choices and ranges."""
    assert run(*words).exit_code == 2


def test_evaluate_gives_a_report_and_draws_its_pictures(digits_run, digits_model, tmp_path):
    """For a run and for its model alike; --json prints the whole report."""
    for model in (digits_run.path, digits_model):
        out = tmp_path / model.name
        result = run("evaluate", model, "--data", "digits", "--crops", "1", "--json", "--out", out)
        assert result.exit_code == 0, result.stderr
        report = json.loads(result.stdout)
        assert report["data"]["n"] == 359
        assert report["crops"] == [[2, 2]]
        assert "not fitted on" in result.stderr
        for name in ("confusion-matrix.png", "mistakes.png"):
            assert (out / name).read_bytes().startswith(b"\x89PNG")
    text = run("evaluate", digits_run.path, "--out", tmp_path / "text").stdout
    assert text.startswith("accuracy 9")
    assert text.splitlines()[1].startswith("calibration error ")
    assert len(text.splitlines()) == 14


def test_evaluate_scores_outliers_beside_the_data(digits_model, tmp_path):
    """`--outliers` repeats, and an image set whose labels are all the model's own has none."""
    words = ("evaluate", digits_model, "--data", "digits", "--out", tmp_path, "--json")
    known = json.loads(run(*words, "--outliers", "faces", "--outliers", "pairs").stdout)["known"]
    assert known.keys() == {"threshold", "score", "refused", "roc_area", "outliers", "outliers_refused"}
    assert 900 < known["outliers"] <= 1_000
    refused = run(*words, "--outliers", "digits")
    assert (refused.exit_code, "Received none in digits" in refused.stderr) == (1, True)


def test_run_and_model_are_scored_alike(digits_run, digits_model, tmp_path):
    """The same Predictor measures both, so the reports agree."""
    both = [
        json.loads(run("evaluate", model, "--data", "digits", "--crops", "all", "--json", "--out", tmp_path / "out").stdout)
        for model in (digits_run.path, digits_model)
    ]
    assert both[0]["confusion_matrix"] == both[1]["confusion_matrix"]
    assert both[0]["loss"] == pytest.approx(both[1]["loss"], abs=1e-5)


@pytest.fixture
def long_fit(tmp_path):
    """A real `trainer fit` that would take very long, in a process of its own."""
    words = ["fit", "--data", "digits", "--recipe", "tfjs", "--epochs", "99999", "--progress", "json"]
    command = [sys.executable, "-c", "from trainer.cli.main import main; main()", *words, "--run", str(tmp_path / "run")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield process, tmp_path / "run"
    process.kill()
    process.communicate()


def test_ctrl_c_keeps_the_best_weights_and_leaves_a_run_that_exports(long_fit, tmp_path):
    """SIGINT during the third epoch ends the fit with exit 0; the run exports."""
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
    assert "the best weights so far are kept" in errors
    result = run("export", folder, "--out", tmp_path / "model.onnx")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == str(tmp_path / "model.onnx")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["scribbles", "faces", "pairs"]),
        (["--outliers", "none"], []),
        (["--outliers", "faces", "--outliers", "digits"], ["faces", "digits"]),
        (["--recipe", "tfjs"], []),
    ],
)
def test_outliers_come_from_the_recipe_or_from_the_words(words, expected, monkeypatch, tmp_path):
    """Given ones take the place of the recipe's; none is a word for none."""
    given = []
    monkeypatch.setattr("trainer.training.fit.fit", lambda settings, *_, **__: given.append(settings) or Run(tmp_path))
    assert run("fit", *words).exit_code == 0
    assert list(given[0].outliers) == expected


def test_a_run_keeps_its_recipe_when_it_goes_on(digits_run):
    """`--resume` with a recipe is refused rather than ignored."""
    result = run("fit", "--resume", digits_run.path, "--recipe", "convnetjs")
    assert (result.exit_code, "no other setting" in result.stderr) == (1, True)


def test_an_installation_without_the_trainers_packages_is_told_what_is_missing(tmp_path):
    """`make run` installs no TensorFlow; the sentence says what to do."""
    blocked = "import sys; sys.modules['sklearn.datasets'] = None; from trainer.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", blocked, "fit", "--data", "digits", "--run", str(tmp_path / "run")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "without sklearn" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_gets_a_sentence(monkeypatch, tmp_path):
    """What the system says without naming a file is passed on."""

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("trainer.runs.run.save_arrays", full)
    result = run("fit", "--data", "digits", "--recipe", "tfjs", "--epochs", "1", "--run", tmp_path / "run")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "trainer fit: Expected to read or write a file. Received: No space left on device."
