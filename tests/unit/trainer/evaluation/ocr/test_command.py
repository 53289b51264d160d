"""`trainer evaluate --numbers`."""

import json

import pytest
from click.testing import CliRunner
from PIL import Image

from trainer.cli.main import main
from trainer.evaluation.ocr import ground_truth


def run(*arguments: object):
    """Invoke `trainer evaluate` in this process."""
    return CliRunner().invoke(main, ["evaluate", *map(str, arguments)], prog_name="trainer")


def test_end_to_end(model, numbers_file, tmp_path):
    """Report, messages and plot; the even and odd writers add up to all."""
    totals = {}
    for writers in ("all", "even", "odd"):
        result = run(model, "--numbers", numbers_file, "--writers", writers, "--json", "--out", tmp_path / writers)
        assert result.exit_code == 0, result.stderr
        report = json.loads(result.stdout)
        totals[writers] = report["exact"]["count"], report["data"]["n"], report["character_error"]["edits"]
        assert "2 skipped" in result.stderr
        with Image.open(tmp_path / writers / "numbers.png") as sheet:
            assert sheet.format == "PNG"
    assert totals["all"] == tuple(sum(pair) for pair in zip(totals["even"], totals["odd"], strict=True))
    assert totals["all"][1] == 12


def test_the_text_has_the_figures_of_the_json(model, numbers_file, tmp_path):
    """With n."""
    arguments = (model, "--numbers", numbers_file, "--out", tmp_path)
    text, report = run(*arguments).stdout, json.loads(run(*arguments, "--json").stdout)
    assert f"exact      {report['exact']['share']:.2%}" in text
    assert f"character error rate {report['character_error']['share']:.2%}" in text
    assert "n = 12" in text
    assert all(writer in text for writer in ("w0", "w1", "w2"))


def test_composed_lines_are_scored_by_boxes(model, digits_file, tmp_path, monkeypatch):
    """Deterministically."""
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
    "arguments",
    [
        ["--numbers", "x", "--data", "digits"],
        ["--numbers", "x", "--outliers", "faces"],
        ["--numbers", "x", "--crops", "1"],
        ["--writers", "even"],
        ["--numbers", "x", "--writers", "half"],
    ],
)
def test_incompatible_options(arguments, model):
    """Exit with 2."""
    assert run(model, *arguments).exit_code == 2


def test_missing_numbers(model):
    """Exit with 1 and a single line."""
    result = run(model, "--numbers", "nowhere")
    assert result.exit_code == 1
    assert result.stderr.startswith("trainer evaluate: ")
    assert result.stderr.strip().count("\n") == 0
