"""`trainer data`: description on standard output, messages on standard error, sample sheet."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from inkling.errors import InvalidDataset, InvalidInput
from tests.support import dataset_files
from tests.support.dataset_files import drawings, jsonl
from trainer.cli.data import data
from trainer.data.describe import describe
from trainer.data.spec import load


def test_output_and_messages(tmp_path: Path) -> None:
    """Counts, shapes, bars and duplicates go to standard output; the rest goes to standard error."""
    images = drawings(20)
    images[17], images[18] = images[2], images[4]
    path = tmp_path / "set.npz"
    path.write_bytes(dataset_files.npz(x_train=images[:14], y_train=[7] * 10 + [8] * 4, x_test=images[14:], y_test=[7] * 6))
    result = CliRunner().invoke(data, [str(path), "--sheet", str(tmp_path / "new" / "sheet.png")])
    assert result.exit_code == 0, result.output
    facts = result.stdout.splitlines()
    for fact in (
        "dataset     set.npz",
        "images      (20, 28, 28) uint8, 0 = paper, 255 = ink",
        "empty       0 pictures without ink, skipped",
        "training    (14, 28, 28)",
        "test        (6, 28, 28), the dataset's own test split",
        "duplicates  2 of 6 test images are also training images",
        f"7         16   80.0%  {'█' * 40}",
        f"8          4   20.0%  {'█' * 10}",
    ):
        assert fact in facts
    assert f"samples written to {tmp_path / 'new' / 'sheet.png'}" in result.stderr
    with Image.open(tmp_path / "new" / "sheet.png") as sheet:
        assert sheet.format == "PNG"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["sheet.png"]


def test_the_split_rule_is_described(tmp_path: Path) -> None:
    """With the seed, if the dataset has no test set of its own."""
    plain = tmp_path / "set.npz"
    plain.write_bytes(dataset_files.npz(x=drawings(30), y=np.arange(30) % 3))
    assert "20% by label, seed 4" in describe(load(str(plain)), 4)
    strokes = [dataset_files.seven(str(index % 2), writer=f"w{index % 5}") for index in range(30)]
    written = tmp_path / "set.jsonl"
    written.write_bytes(jsonl(*strokes))
    facts = describe(load(str(written)))
    assert "20% by writer, seed 0" in facts
    assert "writers     5: 4 for training, 1 for testing" in facts


def test_the_documented_output_is_current() -> None:
    """docs/trainer-cli.md shows `trainer data digits`, with the SHA-256 of the images as they are normalized now."""
    page = Path(__file__).parents[4] / "docs" / "trainer-cli.md"
    assert f"\nreading digits\n{describe(load('digits'))}\n```\n" in page.read_text("utf-8")


def test_mnist(mnist_folder: Path) -> None:
    """70,000 images, and no test image is a training image."""
    facts = describe(load(str(mnist_folder)))
    assert "duplicates  0 of 10,000 test images" in facts
    assert "1      7,877   11.3%  " + "█" * 40 in facts


def test_samples_by_seed(tmp_path: Path) -> None:
    """The sheet has ten of each label, the same for the same seed."""
    path = tmp_path / "set.npz"
    path.write_bytes(dataset_files.npz(x=drawings(60), y=np.arange(60) % 3))
    sheets = []
    for seed in ("1", "1", "2"):
        result = CliRunner().invoke(data, [str(path), "--sheet", str(tmp_path / "sheet.png"), "--seed", seed])
        assert result.exit_code == 0
        sheets.append((tmp_path / "sheet.png").read_bytes())
    assert sheets[0] == sheets[1] != sheets[2]


def test_one_label_is_refused(tmp_path: Path) -> None:
    """A dataset needs two labels."""
    path = tmp_path / "set.npz"
    path.write_bytes(dataset_files.npz(x=drawings(9), y=np.full(9, 7)))
    result = CliRunner().invoke(data, [str(path)])
    assert isinstance(result.exception, InvalidDataset)
    assert "only 7" in str(result.exception)


def test_sheet_that_cannot_be_written(tmp_path: Path) -> None:
    """The path is below a file."""
    path = tmp_path / "set.npz"
    path.write_bytes(dataset_files.npz(x=drawings(30), y=np.arange(30) % 3))
    result = CliRunner().invoke(data, [str(path), "--sheet", str(path / "sheet.png")])
    assert isinstance(result.exception, InvalidInput)


@pytest.mark.parametrize("arguments", [[], ["digits", "--seed", "-1"], ["digits", "more"]])
def test_usage(arguments: list[str]) -> None:
    """Usage errors have exit code 2."""
    assert CliRunner().invoke(data, arguments).exit_code == 2
