"""The shelf: models put into place and taken back, whole or not at all."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inkling.errors import BadInput, BadModel, InUse, NoEarlierVersion
from inkling.models.repository import KEPT, Shelf
from tests.support.fake_model import fake_card, write_fake_model

LABELS = [str(digit) for digit in range(10)]

NARROW = """
import resource, sys
from pathlib import Path
from inkling.errors import NotWritten
from inkling.models.repository import Shelf
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
shelf = Shelf(Path(sys.argv[1]))
try:
    shelf.put(Path(sys.argv[2]), "digits") if sys.argv[3] == "put" else shelf.roll_back("digits")
except NotWritten as error:
    print(error)
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty folder of models."""
    (tmp_path / "models").mkdir()
    return Shelf(tmp_path / "models")


def made(shelf: Shelf, number: int) -> Path:
    """The model file of a number: each is another."""
    path = shelf.folder.parent / f"made-{number}.onnx"
    return write_fake_model(path, card=fake_card(LABELS, created=f"2026-01-01T00:00:{number:02}+00:00"))


def content(shelf: Shelf) -> dict[str, bytes]:
    """Every file of the folder but locks."""
    files = [path for path in shelf.folder.rglob("*") if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(shelf.folder)): path.read_bytes() for path in files}


def test_the_last_five_versions_are_kept(shelf: Shelf):
    """Newest first, each as it was, with its fingerprint; the one that stands there is none of them."""
    files = [made(shelf, number) for number in range(KEPT + 3)]
    for file in files:
        assert shelf.put(file, "digits").read_bytes() == file.read_bytes()
    versions = shelf.versions("digits")
    assert [version.path.read_bytes() for version in versions] == [file.read_bytes() for file in files[-2:-7:-1]]
    assert [version.number for version in versions] == [7, 6, 5, 4, 3]
    assert all(version.sha256 == hashlib.sha256(version.path.read_bytes()).hexdigest() for version in versions)
    published = [version.published for version in versions]
    assert published == sorted(published, reverse=True)


def test_going_back_undoes_putting_one_by_one(shelf: Shelf):
    """Back through every version to the first, then there is nothing to go back to, and what stands there stays."""
    files = [made(shelf, number) for number in range(4)]
    for file in files:
        shelf.put(file, "digits")
    for file in files[-2::-1]:
        shelf.roll_back("digits")
        assert shelf.place("digits").read_bytes() == file.read_bytes()
    with pytest.raises(NoEarlierVersion):
        shelf.roll_back("digits")
    assert shelf.place("digits").read_bytes() == files[0].read_bytes()


def test_what_comes_after_going_back_goes_back_to_what_answered_before_it(shelf: Shelf):
    """Not to what had been given up; that is kept beside the versions."""
    first, given_up, third = (made(shelf, number) for number in range(3))
    shelf.put(first, "digits")
    shelf.put(given_up, "digits")
    shelf.roll_back("digits")
    assert (shelf.folder / ".versions/digits/withdrawn.onnx").read_bytes() == given_up.read_bytes()
    shelf.put(third, "digits")
    shelf.roll_back("digits")
    assert shelf.place("digits").read_bytes() == first.read_bytes()


def test_the_same_file_twice_is_one(shelf: Shelf):
    """No version is kept of what stands there still."""
    for _ in range(2):
        shelf.put(made(shelf, 1), "digits")
    assert shelf.versions("digits") == []


def test_names_do_not_mix(shelf: Shelf):
    """Each has versions of its own."""
    for name in ("digits", "digits.2"):
        for number in (1, 2):
            shelf.put(made(shelf, number), name)
    shelf.roll_back("digits")
    assert len(shelf.versions("digits.2")) == 1
    assert shelf.versions("nothing") == shelf.versions("../digits") == shelf.versions("") == []


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc/x", ".hidden", "a b", "ä", "x\0y", "x" * 101, "-a"])
def test_a_name_is_no_path(shelf: Shelf, name: str):
    """And nothing is written for one that is refused."""
    for change in (lambda: shelf.put(made(shelf, 1), name), lambda: shelf.roll_back(name)):
        with pytest.raises(BadInput, match=r"Expected a name of letters"):
            change()
    assert content(shelf) == {}


@pytest.mark.parametrize("written", [b"", b"no model", None])
def test_what_does_not_answer_is_not_put_there(shelf: Shelf, written: bytes | None):
    """A file that is no model, a model without a card, none at all: what stood there stays, and nothing is left behind."""
    shelf.put(made(shelf, 1), "digits")
    before = content(shelf)
    bad = shelf.folder.parent / "bad.onnx"
    if written is None:
        write_fake_model(bad, card="")
    else:
        bad.write_bytes(written)
    with pytest.raises(BadModel):
        shelf.put(bad, "digits")
    with pytest.raises(BadInput, match=r"not there"):
        shelf.put(shelf.folder / "missing.onnx", "digits")
    assert content(shelf) == before


def test_what_does_not_answer_is_no_version(shelf: Shelf):
    """A broken file that a model is put in place of is gone; nobody wants to go back to it."""
    shelf.place("digits").write_bytes(b"broken")
    shelf.put(made(shelf, 1), "digits")
    assert shelf.versions("digits") == []


def test_a_damaged_version_is_not_gone_back_to(shelf: Shelf):
    """What stands there stays."""
    shelf.put(made(shelf, 1), "digits")
    shelf.put(made(shelf, 2), "digits")
    shelf.versions("digits")[0].path.write_bytes(b"damaged")
    before = content(shelf)
    with pytest.raises(BadModel):
        shelf.roll_back("digits")
    assert content(shelf) == before


def test_what_stands_there_is_not_gone_back_to(shelf: Shelf):
    """A put that was killed between its two steps has kept it, but replaced nothing."""
    files = [made(shelf, number) for number in (1, 2)]
    for file in files:
        shelf.put(file, "digits")
    digest = hashlib.sha256(files[1].read_bytes()).hexdigest()
    shutil.copy(files[1], shelf.folder / f".versions/digits/000002-{digest}.onnx")
    shelf.roll_back("digits")
    assert shelf.place("digits").read_bytes() == files[0].read_bytes()
    assert shelf.versions("digits") == []


def test_two_changes_at_once_are_one_too_many(shelf: Shelf):
    """The second is refused while the first holds the name, and fine afterwards; other names are free."""
    for number in (1, 2):
        shelf.put(made(shelf, number), "digits")
    with (shelf.folder / ".versions/digits/.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for change in (lambda: shelf.put(made(shelf, 3), "digits"), lambda: shelf.roll_back("digits")):
            with pytest.raises(InUse, match=r"digits"):
                change()
        shelf.put(made(shelf, 3), "letters")
    shelf.roll_back("digits")


@pytest.mark.parametrize("change", ["put", "roll_back"])
def test_without_room_nothing_changes(shelf: Shelf, change: str):
    """Where a file cannot be written to its end, a sentence says so, and every file is as it was."""
    for number in (1, 2):
        shelf.put(made(shelf, number), "digits")
    before = content(shelf)
    command = [sys.executable, "-c", NARROW, str(shelf.folder), str(made(shelf, 3)), change]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Expected room and leave to write the model digits. Received: File too large." in done.stdout
    assert content(shelf) == before
