"""`Model` and `Client` accept the same arguments and return equal results."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import inkling
from inkling.errors import EmptyPicture, InvalidInput, TooLarge, UnsupportedPicture
from tests.support.dataset_files import drawings
from tests.support.digit_fixtures import write_digits
from tests.unit.inkling.api.conftest import encode

BLANK = np.full((40, 40), 255, np.uint8)


def make_picture(kind: str, gray: np.ndarray, folder: Path) -> Any:
    """A drawing in one of the accepted types."""
    png = encode(gray, "PNG")
    path = folder / "picture.png"
    path.write_bytes(png)
    return {
        "str": str(path),
        "path": path,
        "bytes": png,
        "bytearray": bytearray(png),
        "jpeg": encode(gray, "JPEG"),
        "array": gray,
        "read-only array": np.frombuffer(gray.tobytes(), np.uint8).reshape(gray.shape),
        "image": Image.fromarray(gray),
        "color image": Image.fromarray(gray).convert("RGB"),
        "CMYK image": Image.fromarray(gray).convert("CMYK"),
        "float image": Image.fromarray(gray.astype(np.float32)),
    }[kind]


KINDS = [
    "str",
    "path",
    "bytes",
    "bytearray",
    "jpeg",
    "array",
    "read-only array",
    "image",
    "color image",
    "CMYK image",
    "float image",
]


@pytest.mark.parametrize("kind", KINDS)
def test_predict(model: inkling.Model, remote: inkling.Client, seven: np.ndarray, tmp_path: Path, kind: str) -> None:
    """Every type of picture is recognized, with equal results."""
    picture = make_picture(kind, seven, tmp_path)
    prediction = model.predict(picture)
    assert prediction.label == "7"
    assert remote.predict(picture) == prediction


@pytest.mark.parametrize("crops", ["1", "4", "all"])
def test_crops(model: inkling.Model, remote: inkling.Client, seven: np.ndarray, crops: str) -> None:
    """Each choice of crops gives equal results."""
    prediction = model.predict(seven, crops=crops)
    assert remote.predict(seven, crops=crops) == prediction
    assert prediction.confidence == max(prediction.probabilities.values()) == prediction.probabilities["7"]
    assert tuple(prediction.probabilities) == model.labels
    assert sum(prediction.probabilities.values()) == pytest.approx(1, abs=1e-5)


def test_predictions_of_scribbles(model: inkling.Model, remote: inkling.Client) -> None:
    """Results of scribbles, many of which aren't known, are equal to the last digit."""
    scribbles = drawings(40)
    predictions = model.predict(scribbles)
    assert remote.predict(scribbles) == predictions
    assert len(predictions) == 40
    assert not all(prediction.known for prediction in predictions)


def test_batches(model: inkling.Model, remote: inkling.Client, seven: np.ndarray, number: np.ndarray) -> None:
    """A list gives a list, whatever the types in it; an empty list gives an empty one."""
    one = np.full((100, 80), 255, np.uint8)
    one[20:80, 38:44] = 0
    for batch in ([seven, one], [encode(seven, "PNG"), encode(one, "PNG")], (seven, encode(one, "PNG")), [seven], []):
        predictions = model.predict(batch)
        assert [prediction.label for prediction in predictions] == ["7", "1"][: len(batch)]
        assert remote.predict(batch) == predictions
    assert [reading.text for reading in remote.read([number, number])] == ["407", "407"]
    assert model.read([number, number]) == remote.read([number, number])


def test_read(model: inkling.Model, remote: inkling.Client, number: np.ndarray) -> None:
    """Numbers are read with equal results; boxes are in pixels of the picture, also if it is reduced."""
    reading = model.read(number)
    assert reading.text == reading.lines[0].text == "407"
    assert remote.read(number) == reading
    large = encode(np.kron(number, np.ones((5, 5), np.uint8)), "PNG")
    large_reading = model.read(large)
    assert remote.read(large) == large_reading
    for small_digit, large_digit in zip(reading.lines[0].digits, large_reading.lines[0].digits, strict=True):
        assert np.allclose(np.array(large_digit.box) / 5, small_digit.box, atol=4)


@pytest.mark.parametrize("pen", [None, 0.15])
def test_strokes(model: inkling.Model, remote: inkling.Client, pen: float | None) -> None:
    """Strokes may be lists, tuples or arrays; boxes are in their units."""
    arrays = write_digits("407", gap=0.4)
    lists = [stroke.tolist() for stroke in arrays]
    reading = model.read(strokes=lists, pen=pen)
    assert reading.text == "407"
    assert remote.read(strokes=arrays, pen=pen) == model.read(strokes=arrays, pen=pen) == reading
    left, top, right, bottom = reading.lines[0].digits[0].box
    assert -0.2 <= left < right <= 0.9
    assert -0.2 <= top < bottom <= 1.2
    seven = tuple(tuple(map(tuple, stroke)) for stroke in write_digits("7"))
    prediction = model.predict(strokes=seven, pen=pen)
    assert prediction.label == "7"
    assert remote.predict(strokes=seven, pen=pen) == prediction


def test_normalize(model: inkling.Model, remote: inkling.Client, seven: np.ndarray) -> None:
    """The image that the network sees."""
    image = model.normalize(seven)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert remote.normalize(seven) == image.tolist()
    assert model.predict(image) == model.predict(seven)


def test_card(model: inkling.Model, remote: inkling.Client, server_url: str) -> None:
    """Labels and card; a client may name a model."""
    assert remote.labels == model.labels == tuple("0123456789")
    assert remote.card == inkling.Client(server_url, model="digits").card == model.card.raw


ERRORS = {
    "no picture": ((), {}, InvalidInput),
    "picture and strokes": ((BLANK,), {"strokes": [[[0, 0]]]}, InvalidInput),
    "pen without strokes": ((BLANK,), {"pen": 1.0}, InvalidInput),
    "blank picture": ((BLANK,), {}, EmptyPicture),
    "empty strokes": ((), {"strokes": []}, EmptyPicture),
    "too many points": ((), {"strokes": [[[0, 0]] * 20_001]}, TooLarge),
    "strokes of numbers": ((), {"strokes": [1, 2]}, InvalidInput),
    "strokes of text": ((), {"strokes": "7"}, InvalidInput),
    "negative pen": ((), {"strokes": [[[0, 0]]], "pen": -1}, InvalidInput),
    "text file": ((b"hello",), {}, UnsupportedPicture),
    "floats": ((np.zeros((28, 28)),), {}, InvalidInput),
    "four dimensions": ((np.zeros((1, 1, 28, 28), np.uint8),), {}, InvalidInput),
    "no pixels": ((np.zeros((0, 28), np.uint8),), {}, InvalidInput),
    "a number": ((7,), {}, InvalidInput),
}


@pytest.mark.parametrize("what", ERRORS)
@pytest.mark.parametrize("method", ["predict", "read"])
def test_errors(model: inkling.Model, remote: inkling.Client, what: str, method: str) -> None:
    """Invalid input raises the same class, code and status."""
    arguments, options, expected = ERRORS[what]
    for target in (model, remote):
        with pytest.raises(expected) as caught:
            getattr(target, method)(*arguments, **options)
        assert (caught.value.code, caught.value.status) == (expected.code, expected.status)


def test_errors_in_batches(model: inkling.Model, remote: inkling.Client, seven: np.ndarray) -> None:
    """The message names the position of the picture."""
    for batch in ([seven, BLANK], [encode(seven, "PNG"), encode(BLANK, "PNG")]):
        for target in (model, remote):
            with pytest.raises(EmptyPicture, match=r"2 of 2"):
                target.predict(batch)


def test_unknown_crops(model: inkling.Model, remote: inkling.Client, seven: np.ndarray) -> None:
    """They raise InvalidInput."""
    for target in (model, remote):
        with pytest.raises(InvalidInput):
            target.predict(seven, crops="2")


def test_missing_files(model: inkling.Model, remote: inkling.Client, tmp_path: Path) -> None:
    """A missing picture or model raises FileNotFoundError."""
    for target in (model, remote):
        with pytest.raises(FileNotFoundError):
            target.predict(tmp_path / "missing.png")
    with pytest.raises(FileNotFoundError):
        inkling.load(tmp_path / "missing.onnx")


def test_orientation(model: inkling.Model, seven: np.ndarray, tmp_path: Path) -> None:
    """The orientation in EXIF is applied to a Pillow image as to its file."""
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "rotated.png"
    Image.fromarray(np.rot90(seven)).save(path, exif=exif)
    with Image.open(path) as image:
        assert model.predict(image) == model.predict(path)
    assert model.predict(path).label == "7"


def test_names_are_shown(model: inkling.Model) -> None:
    """In an interactive session."""
    assert set(inkling.__all__) <= set(dir(inkling))
    assert repr(model) == "<inkling.Model 'digits', labels 0, 1, 2, 3, 4, 5, 6, 7, 8, 9>"
