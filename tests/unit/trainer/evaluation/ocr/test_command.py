"""`trainer evaluate --numbers`, as people type it."""

import json

import pytest
from click.testing import CliRunner
from PIL import Image

from trainer.cli.main import main
from trainer.evaluation.ocr import ground_truth


def run(*words: object):
    """Invoke `trainer evaluate` in this process."""
    return CliRunner().invoke(main, ["evaluate", *map(str, words)], prog_name="trainer")


def test_numbers_are_scored_from_end_to_end(model, numbers_file, tmp_path):
    """Figures on standard output, talk on standard error, a sheet in the folder; both halves together are all."""
    counts = {}
    for writers in ("all", "even", "odd"):
        result = run(model, "--numbers", numbers_file, "--writers", writers, "--json", "--out", tmp_path / writers)
        assert result.exit_code == 0, result.stderr
        report = json.loads(result.stdout)
        counts[writers] = report["exact"]["count"], report["data"]["n"], report["character_error"]["edits"]
        assert "2 left out" in result.stderr
        with Image.open(tmp_path / writers / "numbers.png") as sheet:
            assert sheet.format == "PNG"
    assert counts["all"] == tuple(sum(pair) for pair in zip(counts["even"], counts["odd"], strict=True))
    assert counts["all"][1] == 12


def test_the_text_gives_the_same_figures(model, numbers_file, tmp_path):
    """With n beside the shares."""
    words = (model, "--numbers", numbers_file, "--out", tmp_path)
    text, report = run(*words).stdout, json.loads(run(*words, "--json").stdout)
    assert f"read whole {report['exact']['share']:.2%}" in text
    assert f"character error {report['character_error']['share']:.2%}" in text
    assert "n = 12" in text
    assert all(writer in text for writer in ("w0", "w1", "w2"))


def test_composed_lines_are_scored_by_their_boxes(model, digits_file, tmp_path, monkeypatch):
    """Twice the same, as they are composed by a seed."""
    monkeypatch.setattr(ground_truth, "COMPOSED_PAGES", 6)
    reports = []
    for _ in range(2):
        result = run(model, "--numbers", f"pages:{digits_file}", "--json", "--out", tmp_path)
        assert result.exit_code == 0, result.stderr
        reports.append(json.loads(result.stdout))
    assert reports[0]["digits"]["from"] == "boxes"
    assert reports[0]["digits"] == reports[1]["digits"]
    assert reports[0]["mistakes"] == reports[1]["mistakes"]


@pytest.mark.parametrize(
    "words",
    [
        ["--numbers", "x", "--data", "digits"],
        ["--numbers", "x", "--outliers", "faces"],
        ["--numbers", "x", "--crops", "1"],
        ["--writers", "even"],
        ["--numbers", "x", "--writers", "half"],
    ],
)
def test_options_that_do_not_go_together_are_refused(words, model):
    """With exit 2, as click's own checks."""
    assert run(model, *words).exit_code == 2


def test_numbers_that_are_not_there_get_one_sentence(model):
    """And exit 1."""
    result = run(model, "--numbers", "nowhere")
    assert result.exit_code == 1
    assert result.stderr.startswith("trainer evaluate: Expected")
    assert result.stderr.strip().count("\n") == 0
