"""Sweeps: many fits in processes of their own, and the table of what they are worth."""

import json
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from inkling.errors import BadInput
from tests.support.trainer_fixtures import small_settings
from trainer.cli.main import main
from trainer.cli.options import setting_options, settings_of
from trainer.experiments import parallel_fits
from trainer.experiments.parallel_fits import words_of
from trainer.experiments.sweep import combinations, format_rows, parse_vary
from trainer.recipes import RECIPES, recipe
from trainer.runs.run import Run

SMALL = (
    "--data",
    "digits",
    "--batch-size",
    "64",
    "--augment",
    "crops",
    "--epochs",
    "1",
    "--outliers",
    "none",
    "--device",
    "cpu",
)


def run(*words: object):
    """Invoke `trainer` in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="trainer")


@pytest.mark.parametrize(
    "settings",
    [
        *(recipe(name) for name in RECIPES),
        recipe("inkling", outliers=()),
        recipe("tfjs", data=("a b", "-c;d"), outliers=("faces",), teachers=("x", "y"), learning_rate=1e-7, member=3),
    ],
)
def test_the_words_for_a_child_make_the_same_settings(settings):
    """Whatever the settings hold, the child's command line gives them back."""
    import click

    made = []
    command = click.command()(setting_options()(lambda **options: made.append(settings_of(options))))
    command.main(words_of(settings), standalone_mode=False)
    assert made == [settings]


def test_values_may_hold_spaces_commas_and_slashes():
    """Semicolons part values; + adds sets up; outliers may be none."""
    found = parse_vary(["layers=5x5x16/2 3x3x32;3x3x8 pool", "learning-rate=0.01;1", "outliers=none;faces+a,b.csv", "epochs=3"])
    assert found == {
        "layers": ["5x5x16/2 3x3x32", "3x3x8 pool"],
        "learning_rate": [0.01, 1.0],
        "outliers": [(), ("faces", "a,b.csv")],
        "epochs": [3],
    }


@pytest.mark.parametrize(
    ("texts", "given", "said"),
    [
        (["colour=red"], {}, "--vary as NAME=VALUE"),
        (["epochs"], {}, "--vary as NAME=VALUE"),
        (["epochs=many"], {}, "epochs as int"),
        (["epochs=0;1"], {}, "epochs between"),
        (["epochs=1;1"], {}, "one twice"),
        (["epochs=1", "epochs=2"], {}, "each setting once"),
        (["seed=1;2"], {}, "--seeds"),
        (["epochs=1;2"], {"epochs": 3}, "either varied or given"),
        (["data=digits;"], {}, "data as names"),
        (["layers=5x5"], {}, "layers"),
    ],
)
def test_what_cannot_be_varied_is_refused_before_any_fit(texts, given, said):
    """One sentence each."""
    with pytest.raises(BadInput, match=said):
        combinations(parse_vary(texts), {"recipe": "inkling"} | given, 1)


def test_every_combination_and_seed_has_a_folder_of_its_own():
    """Names tell them apart, whatever they hold, and do not change when values are added."""
    given = {"recipe": "inkling", "seed": 5}
    few = combinations(parse_vary(["layers=3x3x8;3x3x8v"]), given, 2)
    more = combinations(parse_vary(["layers=3x3x9;3x3x8/2;3x3x8;3x3x8v"]), given, 3)
    assert [trial.settings.seed for trial in few] == [5, 6, 5, 6]
    assert len({trial.name for trial in more}) == 12
    assert {trial.name for trial in few} < {trial.name for trial in more}
    assert all("/" not in trial.name for trial in more)


def test_a_sweep_ranks_what_can_be_fitted_and_names_what_cannot(tmp_path):
    """Three networks, one of which leaves no pixels; then, once more, nothing is fitted again."""
    vary = "layers=3x3x4/4 pool;5x5x8/2v 3x3x8/2v;9x9x4v 9x9x4v 9x9x4v"
    first = run("sweep", "--vary", vary, *SMALL, "--jobs", 2, "--run", tmp_path / "sweep")
    assert first.exit_code == 1
    last = first.stderr.splitlines()[-1]
    assert last.startswith("trainer sweep: Expected 3 fits. Received 1 that failed: layers=9x9x4v")
    assert "leave at least 9 pixels" in last
    told = json.loads((tmp_path / "sweep" / "sweep.json").read_text())
    assert len(told["rows"]) == 2
    assert len(told["failed"]) == 1
    losses = [row["loss"] for row in told["rows"]]
    assert losses == sorted(losses)
    for row in told["rows"]:
        (fitted,) = row["fits"]
        history = Run.open(tmp_path / "sweep" / fitted["run"]).history()
        assert (row["loss"], row["accuracy"]) == (history[0]["validation_loss"], history[0]["validation_accuracy"])
        assert row["microseconds"] > 0
        assert fitted["validation"] == 70
        assert "test" not in json.dumps(row)
    counted = {row["settings"]["layers"]: (row["parameters"], row["multiply_adds"]) for row in told["rows"]}
    assert counted["3x3x4/4 pool"] == (36 + 16 + 370, 36 * 36 + 36 * 4 + 360)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "sweep").glob("*/best.npz")}
    vary = vary.rpartition(";")[0]
    again = run("sweep", "--vary", vary, *SMALL, "--run", tmp_path / "sweep", "--markdown")
    assert again.exit_code == 0, again.stderr
    assert "2 of them done before" in again.stderr
    lines = again.stdout.splitlines()
    assert lines[0].startswith("| layers | validation accuracy |")
    assert lines[2].startswith(f"| {told['rows'][0]['settings']['layers']} |")
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_figures_of_several_seeds_are_means_with_their_spread():
    """Accuracy with its standard deviation, and how many seeds."""
    fits = [{"accuracy": share, "validation": 70} for share in (0.9, 0.8)]
    figures = {"accuracy": 0.85, "loss": 0.5, "microseconds": 10.0, "parameters": 5, "multiply_adds": 6, "seconds": 1.0}
    text = format_rows([{"settings": {"epochs": 3}, "fits": fits} | figures])
    assert "85.00% ± 7.07%" in text
    assert text.endswith("means of 2 seeds")


def test_a_child_that_is_killed_loses_only_itself(tmp_path, monkeypatch):
    """As the system does when memory runs out: the reason says so."""
    program = "import os, signal, sys; 'first' in sys.argv[-2] and os.kill(os.getpid(), signal.SIGKILL)"
    monkeypatch.setattr(parallel_fits, "PROGRAM", (sys.executable, "-c", program))
    tasks = [parallel_fits.Task(small_settings(), tmp_path / name) for name in ("first", "second")]
    failures = parallel_fits.Children(2, lambda: False, print).do(tasks)
    assert list(failures) == [tmp_path / "first"]
    assert "SIGKILL" in failures[tmp_path / "first"]
    assert "memory" in failures[tmp_path / "first"]


def test_ctrl_c_stops_the_children_and_says_how_to_go_on(tmp_path):
    """What runs ends with its best weights kept; the rest is not begun."""
    words = ["sweep", "--vary", "batch-size=32;64", "--recipe", "tfjs", "--data", "digits", "--epochs", "99999"]
    command = [*parallel_fits.PROGRAM, *words, "--device", "cpu", "--run", str(tmp_path / "sweep")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "epoch 2/" in line:
                process.send_signal(signal.SIGINT)
                break
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert errors.splitlines()[-1] == ("trainer sweep: Stopped with 0 of 2 fits done. The same command goes on from there.")
    (folder,) = [path.parent for path in (tmp_path / "sweep").glob("*/settings.json")]
    assert Run.open(folder).finished
