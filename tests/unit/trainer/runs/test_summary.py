"""`trainer runs` on folders written by hand: no fit is needed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from trainer.cli.main import main
from trainer.recipes import recipe
from trainer.runs.run import Run
from trainer.runs.summary import RUN_FILES, SORT_KEYS, MeasuredAccuracy, sort_summaries, summarize_run
from trainer.runs.text_chart import text_chart


def write_run(path: Path, accuracies: list[float], test: float | None = None, **overrides: object) -> Path:
    """A run folder with a history and, if it is finished, a report."""
    data = {
        "labels": ["0", "1"],
        "sets": [{"name": "digits", "n": 100, "sha256": "0" * 64}],
        "counts": {"training": 60, "validation": 20, "test": 20},
    }
    run = Run.create(path, recipe("tfjs", **{"data": ("digits",), "epochs": 3} | overrides), data)
    rows = [
        {"epoch": epoch, "time": 1e9 + epoch, "seconds": float(epoch), "best": True}
        | {"loss": 1.0, "val_loss": 1.0, "accuracy": accuracy, "val_accuracy": accuracy}
        for epoch, accuracy in enumerate(accuracies, 1)
    ]
    run.file("history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    if test is not None:
        run.file("best.npz").touch()
        report = {"accuracy": test, "data": {"n": 20, "sha256": "0" * 64}}
        phases = {"loading": 1.0, "training": 3.0}
        fitted = {"seconds": 9.0, "ended": f"2026-01-0{len(accuracies)}T00:00:00+00:00", "phases": phases}
        run.write_json("report.json", {"fitted": fitted, "reports": {"1": report, "4": report}})
    return path


@pytest.fixture
def folder(tmp_path) -> Path:
    """Runs in every state, one of them in a sweep, and folders that are no runs."""
    write_run(tmp_path / "good", [0.5, 0.9, 0.8], 0.9)
    write_run(tmp_path / "sweep/better", [0.5, 0.95, 0.9], 0.95, seed=1, batch_size=64)
    write_run(tmp_path / "stopped", [0.5], 0.5)
    write_run(tmp_path / "running", [0.6, 0.7])
    write_run(tmp_path / "new", [])
    (tmp_path / "notes").mkdir()
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged/best.npz").touch()
    return tmp_path


def runs(*words: object):
    """Invoke `trainer runs`."""
    return CliRunner().invoke(main, ["runs", *map(str, words)], prog_name="trainer")


def test_every_run_is_listed_with_its_state(folder):
    """Also those in subfolders; accuracies have n and an interval."""
    result = runs("list", "--runs", folder, "--json")
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    states = {name: row["state"] for name, row in rows.items()}
    assert states == {
        "good": "finished",
        "sweep/better": "finished",
        "stopped": "stopped",
        "running": "unfinished",
        "new": "unfinished",
        "damaged": "damaged",
    }
    good = rows["good"]
    assert (good["recipe"], good["data"], good["epochs"], good["planned_epochs"]) == ("tfjs", ["digits"], 3, 3)
    assert good["test"] == pytest.approx(vars(MeasuredAccuracy.measured(0.9, 20)))
    assert good["test"]["low"] < 0.9 < good["test"]["high"]
    assert (good["seconds"], rows["running"]["seconds"], rows["new"]["test"]) == (9.0, 2.0, None)
    assert "settings.json" in rows["damaged"]["problem"]
    table = runs("list", "--runs", folder).stdout
    assert all(name in table for name in states)
    assert "90.00% (" in table


@pytest.mark.parametrize("name", RUN_FILES)
@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"epoch": 3}\n', "7", "\udcff"])
def test_a_damaged_file_makes_a_damaged_run(folder, name, content):
    """Never a traceback, neither in a list nor alone. Weights and images are not read for a list."""
    (folder / "good" / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    summary = summarize_run(folder / "good")
    if name.endswith((".json", ".jsonl")):
        assert (summary.state, bool(summary.problem)) == ("damaged", True)
        for words in (["show", "good"], ["compare", "good", "stopped"]):
            result = runs(*words, "--runs", folder)
            assert result.exit_code == 1
            assert len(result.stderr.splitlines()) == 1
    assert runs("list", "--runs", folder).exit_code == 0


@pytest.mark.parametrize(
    ("key", "first"),
    [("validation", "sweep/better"), ("test", "sweep/better"), ("name", "damaged"), ("seconds", "good"), ("epochs", "good")],
)
def test_runs_are_sorted(folder, key, first):
    """Unknown values come last in either order."""
    assert key in SORT_KEYS
    words = ["list", "--runs", folder, "--json", "--sort", key]
    names = [row["name"] for row in json.loads(runs(*words).stdout)]
    assert names[0] == first
    rows = json.loads(runs(*words, "--reverse").stdout)
    unknown = [row["name"] for row in rows if row[key] is None]
    assert [row["name"] for row in rows][len(rows) - len(unknown) :] == unknown
    assert sort_summaries([], key) == []


def test_a_run_is_shown_by_name_or_path(folder):
    """Settings with a mark, accuracies, phases, files."""
    text = runs("show", "sweep/better", "--runs", folder).stdout
    assert "* batch_size" in text
    assert "  optimizer" in text
    assert "test, 4 crops        95.00% (" in text
    assert "training            3.0   75%" in text
    assert "report.json" in text
    shown = json.loads(runs("show", folder / "running", "--json").stdout)
    assert (shown["phases"], shown["test"], shown["summary"]["state"]) == ({}, {}, "unfinished")


def test_runs_are_compared(folder, tmp_path):
    """Settings that differ, side by side; curves as text and as a picture."""
    plot = tmp_path / "curves.png"
    words = ["compare", "good", "sweep/better", "new", "--runs", folder, "--plot", plot]
    result = runs(*words)
    assert result.exit_code == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["batch_size", "512", "64", "512"] in lines
    assert ["seed", "0", "1", "0"] in lines
    assert not [line for line in lines if line[:1] == ["optimizer"]]
    assert plot.read_bytes().startswith(b"\x89PNG")
    found = json.loads(runs(*words, "--json").stdout)
    assert found["differences"] == {"batch_size": [512, 64, 512], "seed": [0, 1, 0]}
    assert found["same_test_set"]


def test_different_test_images_are_mentioned(folder, tmp_path):
    """Their accuracies say less."""
    path = folder / "good/report.json"
    path.write_text(path.read_text().replace("0" * 64, "1" * 64))
    result = runs("compare", "good", "stopped", "--runs", folder, "--plot", tmp_path / "a.png")
    assert "different test images" in result.stdout


def test_marks_repeat_from_the_27th_run_on(folder, tmp_path):
    """Every run has a column."""
    result = runs("compare", *["good"] * 28, "--runs", folder, "--plot", tmp_path / "a.png")
    assert result.exit_code == 0, result.output
    header = result.stdout.splitlines()[0].split()
    assert [header[2 * column] for column in (0, 25, 26, 27)] == ["a:", "z:", "a:", "b:"]


def test_usage_errors(folder, tmp_path):
    """A missing folder, a missing run, too few runs; an empty folder is no error."""
    assert runs("list", "--runs", tmp_path / "nowhere").exit_code == 1
    assert runs("show", "nowhere", "--runs", folder).exit_code == 1
    assert runs("compare", "good", "--runs", folder).exit_code == 2
    (tmp_path / "empty").mkdir()
    assert (runs("list", "--runs", tmp_path / "empty").exit_code, runs("list", "--sort", "color").exit_code) == (0, 2)


@pytest.mark.parametrize(
    ("curves", "marks"),
    [([[0.0, 1.0]], "a"), ([[0.5]], "a"), ([[0.1, 0.2, 0.3], [], [0.3, 0.2]], "ac"), ([[0.5, 0.5], [0.1]], "ab")],
)
def test_a_chart_shows_every_curve(curves, marks):
    """Between the smallest and the largest value."""
    lines = text_chart(curves).splitlines()
    values = [value for curve in curves for value in curve]
    assert lines[0].startswith(f"{max(values):>8.2%}")
    assert lines[-3].startswith(f"{min(values):>8.2%}")
    assert {character for line in lines[:-2] for character in line if character in "abcd"} == set(marks)
