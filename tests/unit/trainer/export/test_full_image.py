"""The full-image model: the same probabilities as `Predictor`, from whole images."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from inkling.errors import InvalidInput, InvalidModel
from inkling.models.model_card import CARD_KEY, ModelCard
from inkling.models.predictor import Predictor
from inkling.models.runtime import open_session
from tests.support.fake_model import fake_card, write_fake_model
from trainer.errors import ExportFailed
from trainer.export import full_image
from trainer.export.full_image import add_crops, export_full_image

LABELS = ["a", "b", "c"]
IMAGES = np.random.default_rng(0).integers(0, 256, (70, 28, 28), np.uint8)


@pytest.mark.parametrize("offsets", [[[1, 1], [1, 3], [3, 1], [3, 3]], [[2, 2]]])
def test_full_image_model_predicts_as_predictor_does(tmp_path: Path, offsets: list):
    """For one image, for many and for none; it describes itself and holds the card."""
    card = fake_card(LABELS, crop={"size": 24, "offsets": offsets})
    path = write_fake_model(tmp_path / "model.onnx", LABELS, card)
    full = export_full_image(path, tmp_path / "new" / "full.onnx")
    session = open_session(str(full))
    for images in (IMAGES, IMAGES[:1]):
        expected = Predictor(path).predict(images).probabilities
        np.testing.assert_allclose(session.run(None, {"images": images})[0], expected, atol=1e-6)
    assert session.run(None, {"images": IMAGES[:0]})[0].shape == (0, 3)
    assert [(node.name, node.shape) for node in session.get_inputs()] == [("images", ["N", 28, 28])]
    assert ModelCard.parse(session.get_modelmeta().custom_metadata_map[CARD_KEY]).labels == LABELS
    assert "Labels: a b c." in onnx.load(full).doc_string


def test_refused_files(tmp_path: Path):
    """Another file name, the model itself, a folder that can't be created, a file that isn't a model."""
    path = write_fake_model(tmp_path / "model.onnx", LABELS)
    for other in (tmp_path / "full.pb", path, path / "full.onnx"):
        with pytest.raises(InvalidInput):
            export_full_image(path, other)
    with pytest.raises(InvalidModel):
        export_full_image(tmp_path / "none.onnx", tmp_path / "full.onnx")
    assert [each.name for each in tmp_path.iterdir()] == ["model.onnx"]


def test_old_operator_sets_are_refused(tmp_path: Path):
    """The nodes need opset 13."""
    path = write_fake_model(tmp_path / "model.onnx", LABELS)
    model = onnx.load(path)
    model.opset_import[0].version = 12
    with pytest.raises(InvalidModel):
        add_crops(model, Predictor(path).card)


def test_model_with_other_predictions_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It is compared with `Predictor`."""
    path = write_fake_model(tmp_path / "model.onnx", LABELS)
    other = ModelCard.parse(Predictor(path).session.get_modelmeta().custom_metadata_map[CARD_KEY])
    other.offsets[:] = other.offsets[:1]
    monkeypatch.setattr(full_image, "add_crops", lambda model, _: add_crops(model, other))
    with pytest.raises(ExportFailed):
        export_full_image(path, tmp_path / "full.onnx")
    assert not (tmp_path / "full.onnx").exists()
