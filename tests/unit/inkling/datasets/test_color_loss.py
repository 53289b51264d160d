"""Labels that differ mainly in color are named."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from inkling.datasets.color_loss import MAX_PIXELS, MIN_SAMPLES, describe_color_loss, mean_color
from inkling.datasets.loader import load_path
from tests.support.pictures import encode_picture
from trainer.data.spec import TRAINER_LIMITS

RED, GREEN, BLUE, BLACK = "#c00000", "#006000", "#0000c0", "black"


def draw(color: str, shape: str, seed: int) -> Image.Image:
    """A shape of some color on white, of random width and place."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (40, 40), "white")
    canvas, width, (x, y) = ImageDraw.Draw(picture), int(rng.integers(3, 6)), rng.integers(8, 12, 2).tolist()
    if shape == "ring":
        canvas.ellipse((x, y, x + 20, y + 20), outline=color, width=width)
    else:
        canvas.line((x, y, x + 20, y + 20), fill=color, width=width)
    return picture


def write(folder: Path, classes: dict[str, tuple[str, str]], count: int = 8) -> Path:
    """A folder of pictures: label -> color and shape."""
    for number, (label, (color, shape)) in enumerate(classes.items()):
        (folder / label).mkdir(parents=True)
        for index in range(count):
            draw(color, shape, 100 * number + index).save(folder / label / f"{index}.png")
    return folder


@pytest.mark.parametrize(
    ("classes", "named"),
    [
        ({"a": (RED, "ring"), "b": (GREEN, "ring"), "c": (BLUE, "ring")}, "3 labels differ mainly in color: a, b, c."),
        ({"a": (RED, "ring"), "b": (GREEN, "ring"), "c": (RED, "line")}, "2 labels differ mainly in color: a, b."),
        ({"a": (RED, "ring"), "b": (GREEN, "line")}, None),
        ({"a": (BLACK, "ring"), "b": (BLACK, "ring")}, None),
        ({f"label {n}": (color, "ring") for n, color in enumerate([RED, GREEN] * 6)}, "label 7, …."),
    ],
)
def test_warning(classes: dict[str, tuple[str, str]], named: str | None, tmp_path: Path) -> None:
    """Labels are named if color tells them apart and shape does not."""
    warnings = load_path(write(tmp_path / "data", classes), TRAINER_LIMITS).warnings
    assert [warning.endswith(named or "") for warning in warnings] == [True] * (named is not None)


def test_too_few_pictures() -> None:
    """Nothing is said about a label with a picture or two."""
    n = MIN_SAMPLES - 1
    colors = np.repeat([[0.5, 0.0], [-0.5, 0.0]], n, axis=0)
    assert describe_color_loss(["a"] * n + ["b"] * n, colors, np.zeros((2 * n, 28, 28), np.uint8)) == ()


@pytest.mark.parametrize("mode", ["L", "1", "LA", "I;16"])
def test_gray_picture(mode: str) -> None:
    """A gray picture has no color, whatever its number of bits."""
    assert mean_color(encode_picture(Image.new(mode, (10, 10)))).tolist() == [0, 0]


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "WEBP"])
def test_mean_color(format_name: str) -> None:
    """Red minus green, and blue minus green."""
    color = mean_color(encode_picture(Image.new("RGB", (64, 48), (204, 102, 51)), format_name))
    np.testing.assert_allclose(color, [0.4, -0.2], atol=0.02)


def test_transparent_picture() -> None:
    """Transparent pixels are white."""
    assert mean_color(encode_picture(Image.new("RGBA", (8, 8), (255, 0, 0, 0)))).tolist() == [0, 0]


def test_large_picture() -> None:
    """A picture that takes too much memory counts as gray."""
    stream = io.BytesIO()
    Image.new("RGB", (MAX_PIXELS // 1000 + 1, 1000), "red").save(stream, "PNG")
    assert mean_color(stream.getvalue()).tolist() == [0, 0]
