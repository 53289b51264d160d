"""The folder for the plots of an evaluation."""

import json
from pathlib import Path

from trainer.evaluation.output_folder import MODEL_FILE, choose_folder, write_folder


def test_a_run_holds_its_evaluation(tmp_path):
    """Whatever the working directory."""
    assert choose_folder(tmp_path) == tmp_path / "evaluation"


def test_models_never_share_a_folder(tmp_path, monkeypatch):
    """Neither two of different names nor two of the same; the same model has the same folder."""
    monkeypatch.chdir(tmp_path)
    models = [Path("a/digits.onnx"), Path("b/digits.onnx"), Path("letters.onnx")]
    for model in models:
        model.parent.mkdir(exist_ok=True)
        model.write_text(str(model))
        write_folder(choose_folder(model), model, {"plot.png": model.name.encode()})
    folders = [choose_folder(model) for model in models]
    assert folders[::2] == [Path("evaluation/digits"), Path("evaluation/letters")]
    assert folders[1].name.startswith("digits-")
    assert len(set(folders)) == 3
    assert sorted(path.parent for path in Path().rglob("plot.png")) == sorted(folders)
    assert json.loads((folders[0] / MODEL_FILE).read_text())["model"] == "digits.onnx"


def test_a_folder_of_something_else_is_not_written_to(tmp_path, monkeypatch):
    """A folder of that name without or with a damaged model.json."""
    monkeypatch.chdir(tmp_path)
    Path("a.onnx").touch()
    for content in (None, "{}", "["):
        Path("evaluation/a").mkdir(parents=True, exist_ok=True)
        if content:
            Path("evaluation/a", MODEL_FILE).write_text(content)
        assert choose_folder(Path("a.onnx")).name.startswith("a-")
