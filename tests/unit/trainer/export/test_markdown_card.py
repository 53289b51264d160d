"""The model card as Markdown: every fact from the card, and nothing else."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from inkling.errors import InvalidModel
from inkling.models.model_card import ModelCard
from inkling.models.predictor import Predictor
from tests.support.fake_model import fake_card, write_fake_model
from trainer.cli.main import main
from trainer.export.markdown_card import markdown_card

SHIPPED = Path(__file__).parents[4] / "models" / "digits.onnx"
REPORT = {
    "accuracy": 0.75,
    "loss": 0.5,
    "data": {"name": "signs | marks", "n": 4, "sha256": "c0ffee"},
    "classes": [
        {"label": "a|b", "n": 3, "precision": 1.0, "recall": 2 / 3, "f1": 0.8},
        {"label": "<i>", "n": 1, "precision": 0.5, "recall": 1.0, "f1": 2 / 3},
        {"label": "`", "n": 0, "precision": 0.0, "recall": 0.0, "f1": 0.0},
    ],
    "confusion_matrix": {"labels": ["a|b", "<i>", "`"], "counts": [[2, 1, 0], [0, 1, 0], [0, 0, 0]]},
}
LABELS = ["a|b", "<i>", "`"]


def card_of(tmp_path: Path, **changes: object) -> ModelCard:
    """The card of a fake model with some fields changed."""
    return Predictor(write_fake_model(tmp_path / "fake.onnx", LABELS, fake_card(LABELS, **changes))).card


def test_card_of_the_shipped_model():
    """Front matter, hashes, settings, accuracy with interval and n."""
    text, card = markdown_card(Predictor(SHIPPED).card), Predictor(SHIPPED).card.raw
    front, body = text.removeprefix("---\n").split("\n---\n", 1)
    assert "pipeline_tag: image-classification" in front
    assert f"value: {card['report']['accuracy']:.6g}" in front
    headings = ["Intended use", "How to use", "Training data", "Training procedure", "Evaluation", "Limitations"]
    assert [line.removeprefix("## ") for line in body.splitlines() if line.startswith("## ")] == headings
    assert all(each["sha256"] in body for each in card["training"]["data"])
    assert all(f"| {name} |" in body for name, value in card["training"]["settings"].items() if value not in ("", []))
    assert f"n = {card['report']['data']['n']:,}" in body
    assert "99.69% (99.58–99.77, n = 13,313)" in body


def test_labels_are_escaped_and_rare_ones_named(tmp_path: Path):
    """No label ends a cell of a table or starts a tag."""
    text = markdown_card(card_of(tmp_path, report=REPORT))
    assert "| a\\|b | 100.00% | 66.67% (20.77–93.85, n = 3) |" in text
    assert "| \\<i\\> | 50.00% |" in text
    assert "`a\\|b` read as `<i>` (1 of 3)" in text
    assert "Fewer than 100 evaluated images: `a\\|b` `<i>` `ˋ`." in text
    assert '"signs | marks"' in text


def test_strings_of_a_card_are_escaped(tmp_path: Path):
    """None starts a tag, a line or a cell, wherever it is."""
    bad = "<script>\n| `x` &lt;"
    data = [{"name": bad, "n": 4, "sha256": bad, "role": bad}]
    changes = [{"epoch": bad, "changes": {bad: bad}}]
    training = {"data": data, "settings": {bad: bad}, "counts": {bad: 1}, "versions": {bad: bad}, "changes": changes}
    report = REPORT | {"data": {"name": bad, "n": 4, "sha256": bad}}
    fields = {"created": bad, "known": {"threshold": 0.5, "how": bad}, "layers": [{"kind": bad}]}
    for part in (training, {"adopted": {bad: bad}}):
        text = markdown_card(card_of(tmp_path, report=report, training=part, **fields)).split("\n---\n", 1)[1]
        outside_code = re.sub("`[^`\n]*`", "", text.replace("\\`", ""))
        assert "\\<script\\>" in outside_code
        assert not re.search(r"(?<!\\)[<&]", outside_code)
        assert not [line for line in text.splitlines() if line.startswith("| `x`")]


@pytest.mark.parametrize(
    "fields",
    [
        {"training": {"data": [{"name": "x"}]}},
        {"training": {"data": ["x"]}},
        {"training": {"data": [{"name": "x", "n": "many", "sha256": ""}]}},
        {"training": {"settings": [1]}},
        {"report": REPORT | {"classes": [{"label": "0"}]}},
        {"report": REPORT | {"accuracy": "high"}},
        {"report": REPORT | {"data": None}},
        {"report": REPORT | {"confusion_matrix": {"labels": [], "counts": [[0, 1]]}}},
        {"layers": [{}]},
    ],
)
def test_a_malformed_card_is_refused(tmp_path: Path, fields: dict):
    """With one sentence."""
    with pytest.raises(InvalidModel, match="can't be shown") as caught:
        markdown_card(card_of(tmp_path, **fields))
    assert "\n" not in str(caught.value)


def test_card_without_evaluation(tmp_path: Path):
    """It says so, and that every prediction is accepted."""
    text = markdown_card(card_of(tmp_path, report={}, known={"threshold": 0}, training={}))
    assert "results: []" in text
    assert "not evaluated" in text
    assert "Every prediction is accepted" in text
    assert "## Training" not in text


def test_card_of_an_adopted_model(tmp_path: Path):
    """Its origin, and what is not known about it."""
    adopted = {"adopted": {"file": "x.onnx", "sha256": "c0ffee", "producer": ""}}
    text = markdown_card(card_of(tmp_path, report=REPORT, training=adopted))
    assert "| file | `x.onnx` |" in text
    assert "producer" not in text
    assert "unknown on which images" in text


def test_limitations_of_a_lesson(tmp_path: Path):
    """Nothing was held out, and there were no outliers."""
    report = REPORT | {"data": {"name": "lesson (training)", "n": 4}, "confusion_matrix": {"labels": LABELS, "counts": [[4]]}}
    data = [{"name": "lesson", "n": 4, "sha256": "c0ffee"}]
    training = {"data": data, "settings": {"seed": 0}, "changes": [{"epoch": 2, "step": 1, "changes": {"batch_size": 8}}]}
    text = markdown_card(card_of(tmp_path, report=report, training=training))
    for words in ("No images were held out", "no confusions", "without outliers", '- epoch 2: `{"batch_size": 8}`'):
        assert words in text


@pytest.mark.parametrize("to_file", [True, False])
def test_command(tmp_path: Path, to_file: bool):
    """It writes to standard output, or to a file whose path it prints."""
    path = tmp_path / "new" / "card.md"
    result = CliRunner().invoke(main, ["card", str(SHIPPED), *(["--out", str(path)] if to_file else [])])
    assert result.exit_code == 0, result.output
    assert (path.read_text("utf-8") if to_file else result.stdout) == markdown_card(Predictor(SHIPPED).card)
    assert not to_file or result.stdout == f"{path}\n"


def test_other_files_are_refused(tmp_path: Path):
    """One sentence, exit 1."""
    result = CliRunner().invoke(main, ["card", str(tmp_path / "none")])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
