"""recognize_numbers: pictures of numbers -> lines of digits, with the default model."""

from pathlib import Path

import numpy as np
import pytest

from inkling.datasets.loader import load_path
from inkling.errors import EmptyPicture, TooLarge
from inkling.imaging.normalization import normalize
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.recognition.recognizer import recognize_numbers
from tests.support.digit_fixtures import rasterize_digits, shift_strokes, write_digits

NUMBERS = ["2026", "41", "1", "0123456789", "90210\n407\n86", "5\n55\n555", "111\n1111"]


def read_text(predictor: Predictor, picture: np.ndarray) -> str:
    """The recognized text, empty for an empty picture."""
    try:
        return recognize_numbers(predictor, picture, Limits()).text
    except EmptyPicture:
        return ""


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("height", [30, 60, 120])
def test_numbers_are_read(predictor: Predictor, text: str, height: int) -> None:
    """Lines are read from top to bottom and digits from left to right, at any size."""
    assert read_text(predictor, rasterize_digits(write_digits(text), height)) == text


@pytest.mark.parametrize("slope", [-0.2, -0.1, 0.1, 0.2])
@pytest.mark.parametrize("wave", [0.0, 0.25])
def test_baseline_may_be_slanted_and_wavy(predictor: Predictor, slope: float, wave: float) -> None:
    """Characters are grouped by their neighbors, not by the picture's rows."""
    text = "2087360\n4090\n758023"
    assert read_text(predictor, rasterize_digits(write_digits(text, slope=slope, wave=wave))) == text


@pytest.mark.parametrize("text", ["2026", "80\n47"])
def test_polarity_does_not_matter(predictor: Predictor, text: str) -> None:
    """A negative gives the same text and boxes."""
    picture = rasterize_digits(write_digits(text))
    results = [recognize_numbers(predictor, each, Limits()) for each in (picture, 255 - picture)]
    assert results[0].text == results[1].text == text
    boxes = [[digit.box for line in result.lines for digit in line.digits] for result in results]
    assert boxes[0] == boxes[1]


def test_boxes_surround_their_digits(predictor: Predictor) -> None:
    """Each box spans the ink of its digit, within three pixels."""
    text, height = "2036", 60
    strokes = write_digits(text)
    result = recognize_numbers(predictor, rasterize_digits(strokes, height), Limits())
    left, start = 0.0, strokes[0][:, 0].min()
    for digit, character in zip(result.lines[0].digits, text, strict=True):
        points = np.concatenate(write_digits(character))
        low, high = points.min(0), points.max(0)
        half_pen = 0.1 * height / 2
        # `rasterize` leaves a margin of a pen width, and ink begins half a pen before a stroke
        expected = np.array([left + low[0] - start, low[1], left + high[0] - start, high[1]]) * height
        expected += [half_pen, half_pen, 3 * half_pen, 3 * half_pen]
        assert np.abs(np.array(digit.box) - expected).max() <= 3
        left += high[0] + 0.25


@pytest.mark.parametrize("pair", ["20", "35", "36", "47", "92"])
def test_touching_digits_are_split(predictor: Predictor, pair: str) -> None:
    """Two digits whose strokes meet are read as two."""
    first, second = write_digits(pair[0]), write_digits(pair[1])
    first_points, second_points = np.concatenate(first), np.concatenate(second)
    shift = first_points[:, 0].max() - second_points[:, 0].min() + 0.05  # half a pen: the strokes overlap
    strokes = [*first, *shift_strokes(second, shift), *shift_strokes(write_digits("4"), shift + 1)]
    assert read_text(predictor, rasterize_digits(strokes)) == pair + "4"


def test_parts_of_a_digit_are_joined(predictor: Predictor) -> None:
    """A five with a detached bar is one digit."""
    body, bar = write_digits("5")
    strokes = [body, bar + np.array([0.19, -0.1]), *shift_strokes(write_digits("20"), 1)]
    assert read_text(predictor, rasterize_digits(strokes, pen_width=0.08)) == "520"


MARKS = {
    "a point": [np.array([[1.45, 0.98], [1.46, 1.0]])],
    "a comma": [np.array([[1.48, 0.98], [1.46, 1.05], [1.42, 1.12]])],
    "a minus sign": [np.array([[-0.9, 0.55], [-0.45, 0.55]])],
    "a ruled line": [np.array([[-0.5, 1.45], [3.5, 1.45]])],
    "a frame": [np.array([[-0.4, -0.4], [3.6, -0.4], [3.6, 1.4], [-0.4, 1.4], [-0.4, -0.4]])],
}


@pytest.mark.parametrize("kind", MARKS)
def test_other_marks_are_ignored(predictor: Predictor, kind: str) -> None:
    """Punctuation, lines and frames beside a number do not change it."""
    strokes = [*write_digits("20"), *shift_strokes(write_digits("36"), 1.75), *MARKS[kind]]
    assert read_text(predictor, rasterize_digits(strokes, pen_width=0.08)) == "2036"


def test_tall_bracket_is_ignored(predictor: Predictor) -> None:
    """A mark of twice the height of the digits beside it cannot be one of them."""
    bracket = np.array([[1.8, -0.6], [1.7, 0.5], [1.8, 1.6]])
    strokes = [*write_digits("40"), bracket, *shift_strokes(write_digits("52"), 2.2)]
    assert read_text(predictor, rasterize_digits(strokes)) == "4052"


def test_specks_are_ignored(predictor: Predictor) -> None:
    """Forty specks all over a number do not change it."""
    picture = np.pad(rasterize_digits(write_digits("2036")), 40, constant_values=255).copy()
    rng = np.random.default_rng(0)
    for _ in range(40):
        y, x = rng.integers(0, picture.shape[0] - 2), rng.integers(0, picture.shape[1] - 2)
        picture[y : y + 2, x : x + 2] = 0
    assert read_text(predictor, picture) == "2036"


@pytest.mark.parametrize("character", "0123456789")
def test_single_digit_is_read_like_a_prediction(predictor: Predictor, character: str) -> None:
    """The probabilities are those of the normalized picture."""
    picture = rasterize_digits(write_digits(character), 100)
    digits = [digit for line in recognize_numbers(predictor, picture, Limits()).lines for digit in line.digits]
    expected = predictor.predict(normalize(picture)[None]).probabilities[0]
    assert len(digits) == 1
    assert np.allclose(digits[0].probabilities, expected, atol=1e-6)


@pytest.mark.slow
def test_mnist_images_are_read_like_predictions(predictor: Predictor, mnist_folder: Path) -> None:
    """Of 200 images at least 198 give one digit, with the label of the prediction."""
    images = load_path(mnist_folder, Limits()).images[:200]
    labels = [predictor.card.labels[winner] for winner in predictor.predict(images).probabilities.argmax(1)]
    same = sum(read_text(predictor, image) == label for image, label in zip(images, labels, strict=True))
    assert same >= 198


def test_network_runs_once_for_all_lines(predictor: Predictor) -> None:
    """The network runs at most twice for any number of lines, and never twice on the same image."""
    batches = []

    class RecordingPredictor:
        card, line_network = predictor.card, None

        def predict(self, images: np.ndarray) -> object:
            batches.append(images)
            return predictor.predict(images)

    recognize_numbers(RecordingPredictor(), rasterize_digits(write_digits("90210\n407\n86")), Limits())
    assert 1 <= len(batches) <= 2
    images = np.concatenate(batches)
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == len(images)


def test_too_many_digits_are_rejected(predictor: Predictor) -> None:
    """A picture with exactly `max_digits` is read, one with more raises TooLarge."""
    picture = rasterize_digits(write_digits("2030\n4050"))
    assert recognize_numbers(predictor, picture, Limits(max_digits=8)).text == "2030\n4050"
    for max_digits in (1, 7):
        with pytest.raises(TooLarge):
            recognize_numbers(predictor, picture, Limits(max_digits=max_digits))


SLOW_PATTERNS = ("two levels", "rings", "sparse")
PATTERNS = ["noise", "stripes", "checks", "blocks", *(pytest.param(kind, marks=pytest.mark.slow) for kind in SLOW_PATTERNS)]


@pytest.mark.parametrize("kind", PATTERNS)
def test_any_picture_can_be_read(predictor: Predictor, kind: str) -> None:
    """Patterns and noise give a bounded number of digits inside of the picture, or an InklingError."""
    rng = np.random.default_rng(0)
    shape = (700, 900)
    y, x = np.mgrid[: shape[0], : shape[1]]
    picture = {
        "noise": lambda: rng.integers(0, 256, shape),
        "two levels": lambda: rng.integers(0, 2, shape) * 255,
        "stripes": lambda: (x // 7 % 2) * 255,
        "checks": lambda: ((x // 5 + y // 5) % 2) * 255,
        "blocks": lambda: 255 - 255 * np.kron(rng.random((35, 45)) < 0.4, np.ones((20, 20))),
        "rings": lambda: np.hypot(x - 450, y - 350) // 9 % 2 * 255,
        "sparse": lambda: 255 - 255 * (rng.random(shape) < 0.02),
    }[kind]().astype(np.uint8)
    try:
        result = recognize_numbers(predictor, picture, Limits())
    except (EmptyPicture, TooLarge):
        return
    assert 1 <= sum(len(line.digits) for line in result.lines) <= Limits().max_digits
    for digit in (digit for line in result.lines for digit in line.digits):
        left, top, right, bottom = digit.box
        assert 0 <= left < right <= shape[1]
        assert 0 <= top < bottom <= shape[0]


@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (3, 300), (300, 3), (64, 64)])
def test_blank_picture_is_empty(predictor: Predictor, shape: tuple[int, int]) -> None:
    """White paper of any shape raises EmptyPicture."""
    with pytest.raises(EmptyPicture):
        recognize_numbers(predictor, np.full(shape, 255, np.uint8), Limits())


def test_eight_of_two_rings_is_one_digit(predictor: Predictor) -> None:
    """Two rings, one above the other, are an eight, whether they touch or not."""
    angles = np.linspace(0, 2 * np.pi, 30)
    for gap in (0.0, 0.14):
        rings = [np.column_stack([0.28 + 0.24 * np.sin(angles), y - 0.22 * np.cos(angles)]) for y in (0.22, 0.68 + gap)]
        strokes = [*shift_strokes(write_digits("6"), -0.9), *rings, *shift_strokes(write_digits("5"), 0.9)]
        assert read_text(predictor, rasterize_digits(strokes, 80)) == "685"
