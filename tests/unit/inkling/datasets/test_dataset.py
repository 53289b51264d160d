"""LabelledSet, and what only some formats have: writers, empty pictures, sizes of all kinds."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkling.datasets.dataset import LabelledSet, check_label, sort_labels
from inkling.datasets.loader import read_idx_pair, read_path, read_upload
from inkling.errors import BadData
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, drawings, idx, jsonl, npz, seven


def test_writers_are_kept() -> None:
    """Strokes keep who drew them, in order, gzipped or not."""
    data = jsonl(seven("7", writer="anna"), seven("1", writer="ben"), seven("7", writer="anna"))
    for known in (read_upload("s", data, LIMITS), read_upload("s", gzip.compress(data), LIMITS)):
        assert known.writers == ("anna", "ben", "anna")
        assert known.labels == ("1", "7")
        assert known.take(np.array([1, 2])).writers == ("ben", "anna")


def test_strokes_draw_the_same_image_at_any_scale() -> None:
    """A drawing in other units is the same image."""
    small, large = seven(), seven(strokes=[[[x * 40, y * 40] for x, y in stroke] for stroke in seven()["strokes"]])
    known = read_upload("s", jsonl(small, large), LIMITS)
    assert (known.images[0] == known.images[1]).all()


def test_numbers_as_labels_of_strokes() -> None:
    """A whole number for a label is its decimal text."""
    assert read_upload("s", jsonl(seven(label=7)), LIMITS).labels == ("7",)


def test_empty_pictures_are_left_out_and_counted() -> None:
    """Pictures without ink are no images, and everything else stays in step."""
    images = drawings(6)
    images[[1, 4]] = 0
    known = read_idx_pair(idx(images), idx(np.array([5, 4, 3, 2, 1, 0])), "set", LIMITS)
    assert (known.images == images[[0, 2, 3, 5]]).all()
    assert [known.labels[target] for target in known.targets] == ["5", "3", "2", "0"]
    assert (known.empty, known.counts()["4"]) == (2, 0)
    drawn = read_upload("s", jsonl(seven("7", writer="a"), seven("1", strokes=[], writer="b")), LIMITS)
    assert (drawn.writers, drawn.empty) == (("a",), 1)


def test_test_part_stays_in_step_with_empty_pictures() -> None:
    """A picture without ink leaves the test part of the others as it was."""
    images = drawings(5)
    images[1] = 0
    known = read_upload("s", npz(x_train=images[:3], y_train=np.arange(3), x_test=images[3:], y_test=np.arange(2)), LIMITS)
    assert known.in_test.tolist() == [False, False, True, True]


def test_only_a_test_part(tmp_path: Path) -> None:
    """A folder with a test part alone is all test; with a training part alone it names none."""
    images, targets = drawings(4), dataset_files.labels(4)
    for part, expected in (("test/", [True] * 4), ("train/", None)):
        folder = dataset_files.write_tree(dataset_files.tree(images, targets, part), tmp_path / part)
        known = read_path(folder, LIMITS)
        assert known.labels == ("0", "1", "2")
        assert (None if known.in_test is None else known.in_test.tolist()) == expected


def test_labels_named_as_parts(tmp_path: Path) -> None:
    """Folders called train and test that hold pictures themselves are labels."""
    picture = dataset_files.png(drawings(1)[0])
    known = read_path(
        dataset_files.write_tree({"train/a.png": picture, "test/a.png": picture, "bus/a.png": picture}, tmp_path), LIMITS
    )
    assert known.labels == ("bus", "test", "train")


def test_pictures_of_all_kinds_in_one_folder(tmp_path: Path) -> None:
    """Pictures of any size, format and polarity become images side by side."""
    image = Image.fromarray(drawings(1)[0])
    (tmp_path / "7").mkdir()
    image.save(tmp_path / "7" / "a.PNG", "PNG")
    image.resize((100, 140)).save(tmp_path / "7" / "b.jpeg")
    Image.eval(image, lambda level: 255 - level).resize((60, 60)).convert("RGB").save(tmp_path / "7" / "c.webp", lossless=True)
    known = read_path(tmp_path, LIMITS)
    assert known.images.shape == (3, 28, 28)
    assert known.counts() == {"7": 3}


def test_one_label_can_be_read() -> None:
    """A set with one label can be evaluated, so reading it is no failure."""
    assert read_upload("s", npz(x=drawings(3), y=np.array([7, 7, 7])), LIMITS).labels == ("7",)


@pytest.mark.parametrize("other", ["x_train", "x"])
def test_booleans_are_ink(other: str) -> None:
    """Bitmaps of true and false have full ink where true."""
    bitmap = drawings(2) > 127
    known = read_upload("s", npz(**{other: bitmap, other.replace("x", "y"): np.arange(2)}), LIMITS)
    assert known.images.max() == 255


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"10", "9", "1"}, ("1", "9", "10")),
        ({"b", "a", "10"}, ("10", "a", "b")),
        ({"²", "1"}, ("1", "²")),
    ],
)
def test_sort_labels(labels: set[str], expected: tuple[str, ...]) -> None:
    """Whole numbers stand in order of value, other labels in that of the alphabet."""
    assert sort_labels(labels) == expected


@pytest.mark.parametrize("label", ["", " ", "\n", "a\x00", "\x1b[31m", "\u202eabc", "\ud800", "a" * 101])
def test_labels_that_cannot_be_shown(label: str) -> None:
    """Labels that would break a terminal, a table or a file name are refused, and the sentence can be printed."""
    with pytest.raises(BadData) as refused:
        check_label(label)
    assert str(refused.value).isascii()


@pytest.mark.parametrize("label", ["7", "T-shirt/top", "あ", "é", "two words", "a" * 100])
def test_labels_that_can_be_shown(label: str) -> None:
    """Labels in any script are welcome."""
    check_label(label)


def test_relabelled_counts_in_another_list() -> None:
    """Targets move with their labels; a label that the list lacks is named."""
    known = LabelledSet.of("s", drawings(3), ["b", "a", "c"], LIMITS)
    moved = known.relabelled(["c", "x", "b", "a"])
    assert moved.targets.tolist() == [2, 3, 0]
    assert moved.counts() == {"c": 1, "x": 0, "b": 1, "a": 1}
    with pytest.raises(BadData, match="c in s"):
        known.relabelled(["a", "b"])


@pytest.mark.parametrize(("name", "shown"), [("a\x07b.zip", "ab.zip"), ("\n", "upload"), ("x" * 300, "x" * 100)])
def test_name_of_an_upload(name: str, shown: str) -> None:
    """A sender's name for a file is made fit for reports."""
    assert read_upload(name, npz(x=drawings(2), y=np.arange(2)), LIMITS).name == shown


def test_tutorial_sprite_names_its_test_part(tmp_path: Path) -> None:
    """Of a sprite with the tutorial's 65,000 images the last 10,000 are the test part."""
    images = np.tile(drawings(5), (13_000, 1, 1))
    known = read_path(dataset_files.write_sprite(images, dataset_files.labels(65_000, 5), tmp_path, 5), LIMITS)
    assert (len(known), known.in_test.sum(), known.in_test[:55_000].any()) == (65_000, 10_000, False)
