"""read: pictures of numbers -> lines of digits, with the model that comes with the project."""

from pathlib import Path

import numpy as np
import pytest

from inkling.datasets.loader import read_path
from inkling.errors import EmptyPicture, TooLarge
from inkling.imaging.normalization import normalise
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.recognition.recognizer import read
from tests.support.digit_fixtures import drawn, moved, written

NUMBERS = ["2026", "41", "1", "0123456789", "90210\n407\n86", "5\n55\n555", "111\n1111"]


def text_of(predictor: Predictor, picture: np.ndarray) -> str:
    """What is read; nothing where the picture is empty."""
    try:
        return read(predictor, picture, Limits()).text
    except EmptyPicture:
        return ""


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("height", [30, 60, 120])
def test_numbers_are_read_whole(predictor: Predictor, text: str, height: int):
    """Lines from top to bottom, digits from left to right, at any size."""
    assert text_of(predictor, drawn(written(text), height)) == text


@pytest.mark.parametrize("slope", [-0.2, -0.1, 0.1, 0.2])
@pytest.mark.parametrize("wave", [0.0, 0.25])
def test_base_lines_may_slope_and_wave(predictor: Predictor, slope: float, wave: float):
    """What belongs to a line is told from its neighbours, not from the picture's rows."""
    text = "2087360\n4090\n758023"
    assert text_of(predictor, drawn(written(text, slope=slope, wave=wave))) == text


@pytest.mark.parametrize("text", ["2026", "80\n47"])
def test_polarity_does_not_matter(predictor: Predictor, text: str):
    """The negative is read alike."""
    picture = drawn(written(text))
    answers = [read(predictor, each, Limits()) for each in (picture, 255 - picture)]
    assert answers[0].text == answers[1].text == text
    boxes = [[digit.box for line in answer.lines for digit in line.digits] for answer in answers]
    assert boxes[0] == boxes[1]


def test_boxes_lie_round_their_digits(predictor: Predictor):
    """Each box spans the ink of its own digit, to a pixel or two."""
    text, height = "2036", 60
    strokes = written(text)
    reading = read(predictor, drawn(strokes, height), Limits())
    left, start = 0.0, strokes[0][:, 0].min()
    for digit, character in zip(reading.lines[0].digits, text, strict=True):
        own = np.concatenate(written(character))
        margin = 2 * 0.1 * height / 2  # `render` leaves a pen's width round the drawing; ink begins half a pen before a stroke
        expected = np.array([left + own[:, 0].min() - start, own[:, 1].min(), left + own[:, 0].max() - start, own[:, 1].max()])
        expected = expected * height + [margin / 2, margin / 2, margin * 1.5, margin * 1.5]
        assert np.abs(np.array(digit.box) - expected).max() <= 3
        left += own[:, 0].max() + 0.25


@pytest.mark.parametrize("pair", ["20", "35", "36", "47", "92"])
def test_digits_that_touch_are_parted(predictor: Predictor, pair: str):
    """Two digits whose strokes meet are read as two."""
    first, second = written(pair[0]), written(pair[1])
    a, b = np.concatenate(first), np.concatenate(second)
    shift = a[:, 0].max() - b[:, 0].min() + 0.05  # half a pen: the strokes run into each other
    strokes = [*first, *moved(second, shift), *moved(written("4"), shift + 1)]
    assert text_of(predictor, drawn(strokes)) == pair + "4"


def test_parts_of_a_digit_are_joined(predictor: Predictor):
    """A five whose bar lies apart is one digit."""
    body, bar = written("5")
    strokes = [body, bar + np.array([0.19, -0.1]), *moved(written("20"), 1)]
    assert text_of(predictor, drawn(strokes, pen=0.08)) == "520"


THINGS = {
    "a point": [np.array([[1.45, 0.98], [1.46, 1.0]])],
    "a comma": [np.array([[1.48, 0.98], [1.46, 1.05], [1.42, 1.12]])],
    "a minus sign": [np.array([[-0.9, 0.55], [-0.45, 0.55]])],
    "a rule": [np.array([[-0.5, 1.45], [3.5, 1.45]])],
    "a frame": [np.array([[-0.4, -0.4], [3.6, -0.4], [3.6, 1.4], [-0.4, 1.4], [-0.4, -0.4]])],
}


@pytest.mark.parametrize("what", THINGS)
def test_what_is_no_digit_is_left_out(predictor: Predictor, what: str):
    """Points, signs, rules and frames beside a number change nothing about it."""
    strokes = [*written("20"), *moved(written("36"), 1.75), *THINGS[what]]
    assert text_of(predictor, drawn(strokes, pen=0.08)) == "2036"


def test_specks_are_left_out(predictor: Predictor):
    """Forty specks all over a number change nothing about it."""
    picture = np.pad(drawn(written("2036")), 40, constant_values=255).copy()
    rng = np.random.default_rng(0)
    for _ in range(40):
        y, x = rng.integers(0, picture.shape[0] - 2), rng.integers(0, picture.shape[1] - 2)
        picture[y : y + 2, x : x + 2] = 0
    assert text_of(predictor, picture) == "2036"


@pytest.mark.parametrize("character", "0123456789")
def test_a_single_digit_is_read_as_predict_reads_it(predictor: Predictor, character: str):
    """Label and probabilities are those of the picture's image."""
    picture = drawn(written(character), 100)
    digits = [digit for line in read(predictor, picture, Limits()).lines for digit in line.digits]
    expected = predictor.predict(normalise(picture)[None]).probabilities[0]
    assert len(digits) == 1
    assert np.allclose(digits[0].probabilities, expected, atol=1e-6)


def test_images_of_mnist_are_read_as_predict_reads_them(predictor: Predictor, mnist_folder: Path):
    """Of 200 images in 28×28 each but two gives one digit, the one that /predict gives."""
    images = read_path(mnist_folder, Limits()).images[:200]
    labels = [predictor.card.labels[best] for best in predictor.predict(images).probabilities.argmax(1)]
    same = sum(text_of(predictor, image) == label for image, label in zip(images, labels, strict=True))
    assert same >= 198


def test_the_network_is_called_for_all_lines_together(predictor: Predictor):
    """Twice at most, however many lines there are, and never twice for one image."""
    calls = []

    class Watched:
        card = predictor.card

        def predict(self, images: np.ndarray) -> object:
            calls.append(images)
            return predictor.predict(images)

    read(Watched(), drawn(written("90210\n407\n86")), Limits())
    assert 1 <= len(calls) <= 2
    images = np.concatenate(calls)
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == len(images)


def test_more_digits_than_the_bound_are_refused(predictor: Predictor):
    """At the bound a picture is read, beyond it is not, and the sentence names the bound."""
    picture = drawn(written("2030\n4050"))
    assert read(predictor, picture, Limits(max_digits=8)).text == "2030\n4050"
    for most in (1, 7):
        with pytest.raises(TooLarge, match=rf"^Expected at most {most} digits in a picture\. Received "):
            read(predictor, picture, Limits(max_digits=most))


@pytest.mark.parametrize("kind", ["noise", "two tones", "stripes", "checks", "blocks", "rings", "sparse"])
def test_any_picture_is_answered(predictor: Predictor, kind: str):
    """Patterns and noise give at most the bound of digits, or an error of ours."""
    rng = np.random.default_rng(0)
    shape = (700, 900)
    y, x = np.mgrid[: shape[0], : shape[1]]
    picture = {
        "noise": rng.integers(0, 256, shape),
        "two tones": rng.integers(0, 2, shape) * 255,
        "stripes": (x // 7 % 2) * 255,
        "checks": ((x // 5 + y // 5) % 2) * 255,
        "blocks": 255 - 255 * np.kron(rng.random((35, 45)) < 0.4, np.ones((20, 20))),
        "rings": np.hypot(x - 450, y - 350) // 9 % 2 * 255,
        "sparse": 255 - 255 * (rng.random(shape) < 0.02),
    }[kind].astype(np.uint8)
    try:
        reading = read(predictor, picture, Limits())
    except (EmptyPicture, TooLarge):
        return
    assert 1 <= sum(len(line.digits) for line in reading.lines) <= Limits().max_digits
    for digit in (digit for line in reading.lines for digit in line.digits):
        left, top, right, bottom = digit.box
        assert 0 <= left < right <= shape[1]
        assert 0 <= top < bottom <= shape[0]


@pytest.mark.parametrize("size", [(1, 1), (28, 28), (3, 300), (300, 3), (64, 64)])
def test_a_blank_picture_is_empty(predictor: Predictor, size: tuple[int, int]):
    """White paper is no digit, whatever its shape."""
    with pytest.raises(EmptyPicture, match=r"^Expected .* Received "):
        read(predictor, np.full(size, 255, np.uint8), Limits())


def test_an_eight_of_two_rings_is_one_digit(predictor: Predictor):
    """They lie one above the other, and touch or not."""
    turns = np.linspace(0, 2 * np.pi, 30)
    for paper in (0.0, 0.14):
        rings = [np.column_stack([0.28 + 0.24 * np.sin(turns), y - 0.22 * np.cos(turns)]) for y in (0.22, 0.68 + paper)]
        strokes = [*moved(written("6"), -0.9), *rings, *moved(written("5"), 0.9)]
        assert text_of(predictor, drawn(strokes, 80)) == "685"
