"""A model from elsewhere, adopted and served by a real server."""

from pathlib import Path

from tests.support.foreign_model import LABELS, write_foreign_model
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import ServerProcess, send_request
from trainer.data.spec import load
from trainer.export.adopt.adopt import adopt
from trainer.export.adopt.input_format import InputOptions


def test_adopted_model_is_served(tmp_path: Path):
    """The server loads it, and predicts a picture of a seven."""
    file = write_foreign_model(tmp_path / "foreign.onnx", ink="dark")
    options = InputOptions(scale="0-1", ink="dark")
    adopt(file, tmp_path / "models" / "foreign.onnx", LABELS, options, data=load("digits"))
    with ServerProcess(tmp_path / "models", tmp_path, "--workers", "1") as server:
        picture = encode_picture(draw_seven())
        response = send_request(server.connect(), "POST", "/predict", picture, {"Content-Type": "image/png"})
    assert response.status == 200
    (prediction,) = response.body["predictions"]
    assert prediction["label"] == "7"
