"""Dataset, and what only some formats have: writers, empty pictures, pictures of different sizes."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkling.datasets.dataset import Dataset, check_label, rename_labels, sort_labels
from inkling.datasets.loader import load_idx_pair, load_path, load_upload
from inkling.errors import InvalidDataset
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, drawings, idx, jsonl, npz, seven


def test_writers() -> None:
    """Writers are preserved in order, gzipped or not."""
    data = jsonl(seven("7", writer="anna"), seven("1", writer="ben"), seven("7", writer="anna"))
    for dataset in (load_upload("s", data, LIMITS), load_upload("s", gzip.compress(data), LIMITS)):
        assert dataset.writers == ("anna", "ben", "anna")
        assert dataset.labels == ("1", "7")
        assert dataset.take(np.array([1, 2])).writers == ("ben", "anna")


def test_label_names() -> None:
    """Numeric labels get names in numeric order; the images stay."""
    dataset = Dataset("data", np.zeros((4, 28, 28), np.uint8), ("1", "2", "10"), np.array([2, 0, 1, 2]))
    renamed = rename_labels(dataset, ["zeta", "alpha", "mu"])
    assert renamed.labels == ("alpha", "mu", "zeta")
    assert [renamed.labels[target] for target in renamed.targets] == ["mu", "zeta", "alpha", "mu"]
    assert rename_labels(renamed, ["zeta", "alpha", "mu", "other"]) is renamed  # as in a dataset that is combined with it


@pytest.mark.parametrize(
    ("labels", "names", "mentioned"),
    [
        (("0", "1"), ["a", "b", "c"], "has 2 labels, 0, 1, but got 3 names"),
        (("0", "x"), ["a", "b"], "no numeric labels to name: 0, x"),
        (("0", "1"), ["a", "\x07"], "printable"),
    ],
)
def test_label_names_that_do_not_fit(labels: tuple[str, ...], names: list[str], mentioned: str) -> None:
    """Nothing is guessed."""
    dataset = Dataset("data", np.zeros((2, 28, 28), np.uint8), labels, np.array([0, 1]))
    with pytest.raises(InvalidDataset, match=mentioned):
        rename_labels(dataset, names)


def test_scale_of_strokes() -> None:
    """Strokes in other units give the same image."""
    small, large = seven(), seven(strokes=[[[x * 40, y * 40] for x, y in stroke] for stroke in seven()["strokes"]])
    dataset = load_upload("s", jsonl(small, large), LIMITS)
    assert (dataset.images[0] == dataset.images[1]).all()


def test_integer_labels_of_strokes() -> None:
    """An integer label becomes a decimal string."""
    assert load_upload("s", jsonl(seven(label=7)), LIMITS).labels == ("7",)


def test_empty_pictures_are_skipped_and_counted() -> None:
    """Pictures without ink are skipped, with their labels and writers."""
    images = drawings(6)
    images[[1, 4]] = 0
    dataset = load_idx_pair(idx(images), idx(np.array([5, 4, 3, 2, 1, 0])), "set", LIMITS)
    assert (dataset.images == images[[0, 2, 3, 5]]).all()
    assert [dataset.labels[target] for target in dataset.targets] == ["5", "3", "2", "0"]
    assert (dataset.empty, dataset.counts()["4"]) == (2, 0)
    drawn = load_upload("s", jsonl(seven("7", writer="a"), seven("1", strokes=[], writer="b")), LIMITS)
    assert (drawn.writers, drawn.empty) == (("a",), 1)


def test_test_split_with_empty_pictures() -> None:
    """Skipping a picture doesn't change the split of the others."""
    images = drawings(5)
    images[1] = 0
    dataset = load_upload("s", npz(x_train=images[:3], y_train=np.arange(3), x_test=images[3:], y_test=np.arange(2)), LIMITS)
    assert dataset.in_test.tolist() == [False, False, True, True]


def test_only_a_test_split(tmp_path: Path) -> None:
    """A folder with only test/ is all test; with only train/ it has no test split."""
    images, targets = drawings(4), dataset_files.labels(4)
    for split, expected in (("test/", [True] * 4), ("train/", None)):
        folder = dataset_files.write_tree(dataset_files.tree(images, targets, split), tmp_path / split)
        dataset = load_path(folder, LIMITS)
        assert dataset.labels == ("0", "1", "2")
        assert (None if dataset.in_test is None else dataset.in_test.tolist()) == expected


def test_labels_named_like_splits(tmp_path: Path) -> None:
    """Folders named train and test that contain pictures directly are labels."""
    picture = dataset_files.png(drawings(1)[0])
    dataset = load_path(
        dataset_files.write_tree({"train/a.png": picture, "test/a.png": picture, "bus/a.png": picture}, tmp_path), LIMITS
    )
    assert dataset.labels == ("bus", "test", "train")


def test_mixed_pictures_in_one_folder(tmp_path: Path) -> None:
    """Pictures of different sizes, formats and polarities are normalized."""
    image = Image.fromarray(drawings(1)[0])
    (tmp_path / "7").mkdir()
    image.save(tmp_path / "7" / "a.PNG", "PNG")
    image.resize((100, 140)).save(tmp_path / "7" / "b.jpeg")
    Image.eval(image, lambda level: 255 - level).resize((60, 60)).convert("RGB").save(tmp_path / "7" / "c.webp", lossless=True)
    dataset = load_path(tmp_path, LIMITS)
    assert dataset.images.shape == (3, 28, 28)
    assert dataset.counts() == {"7": 3}


def test_one_label() -> None:
    """A dataset with one label is valid: it can be evaluated."""
    assert load_upload("s", npz(x=drawings(3), y=np.array([7, 7, 7])), LIMITS).labels == ("7",)


@pytest.mark.parametrize("other", ["x_train", "x"])
def test_booleans(other: str) -> None:
    """True becomes 255."""
    bitmap = drawings(2) > 127
    dataset = load_upload("s", npz(**{other: bitmap, other.replace("x", "y"): np.arange(2)}), LIMITS)
    assert dataset.images.max() == 255


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"10", "9", "1"}, ("1", "9", "10")),
        ({"b", "a", "10"}, ("10", "a", "b")),
        ({"²", "1"}, ("1", "²")),
        ({"007", "10", "7"}, ("007", "7", "10")),
        ({"9" * 5_000, "10"}, ("10", "9" * 5_000)),
    ],
)
def test_sort_labels(labels: set[str], expected: tuple[str, ...]) -> None:
    """Whole numbers are sorted by value, other labels alphabetically."""
    assert sort_labels(labels) == expected


@pytest.mark.parametrize("label", ["", " ", "\n", "a\x00", "\x1b[31m", "\u202eabc", "\ud800", "a" * 101])
def test_invalid_labels(label: str) -> None:
    """Labels that would break a terminal, a table or a file name are rejected with a printable message."""
    with pytest.raises(InvalidDataset) as caught:
        check_label(label)
    assert str(caught.value).isascii()


@pytest.mark.parametrize("label", ["7", "T-shirt/top", "あ", "é", "two words", "a" * 100])
def test_valid_labels(label: str) -> None:
    """Labels in any script are accepted."""
    check_label(label)


def test_with_labels() -> None:
    """Targets index the new list; a label that it lacks is named in the error."""
    dataset = Dataset.from_pictures("s", drawings(3), ["b", "a", "c"], LIMITS)
    moved = dataset.with_labels(["c", "x", "b", "a"])
    assert moved.targets.tolist() == [2, 3, 0]
    assert moved.counts() == {"c": 1, "x": 0, "b": 1, "a": 1}
    with pytest.raises(InvalidDataset, match=r"^s .*\bc\b"):
        dataset.with_labels(["a", "b"])


@pytest.mark.parametrize(("name", "expected"), [("a\x07b.zip", "ab.zip"), ("\n", "upload"), ("x" * 300, "x" * 100)])
def test_name_of_an_upload(name: str, expected: str) -> None:
    """Unprintable characters are removed and long names are truncated."""
    assert load_upload(name, npz(x=drawings(2), y=np.arange(2)), LIMITS).name == expected


@pytest.mark.slow
def test_tutorial_sprite_has_a_test_split(tmp_path: Path) -> None:
    """The last 10,000 of the tutorial's 65,000 images are the test split."""
    images = np.tile(drawings(5), (13_000, 1, 1))
    dataset = load_path(dataset_files.write_sprite(images, dataset_files.labels(65_000, 5), tmp_path, 5), LIMITS)
    assert (len(dataset), dataset.in_test.sum(), dataset.in_test[:55_000].any()) == (65_000, 10_000, False)
