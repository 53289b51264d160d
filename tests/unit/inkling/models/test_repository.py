"""ModelRepository: publishing and rollback are atomic."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inkling.errors import InvalidInput, InvalidModel, ModelLocked, NoPreviousVersion
from inkling.models.repository import MAX_VERSIONS, ModelRepository
from tests.support.fake_model import write_fake_model
from tests.support.model_versions import model_file

WITH_FULL_DISK = """
import resource, sys
from pathlib import Path
from inkling.errors import WriteFailed
from inkling.models.repository import ModelRepository
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
repository = ModelRepository(Path(sys.argv[1]))
try:
    repository.publish(Path(sys.argv[2]), "digits") if sys.argv[3] == "publish" else repository.rollback("digits")
except WriteFailed as error:
    print(error.code)
"""


@pytest.fixture
def repository(tmp_path: Path) -> ModelRepository:
    """An empty folder of models."""
    (tmp_path / "models").mkdir()
    return ModelRepository(tmp_path / "models")


def content(repository: ModelRepository) -> dict[str, bytes]:
    """All files of the repository except locks."""
    files = [path for path in repository.folder.rglob("*") if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(repository.folder)): path.read_bytes() for path in files}


def test_versions(repository: ModelRepository):
    """The last five previous versions are kept, newest first, with their hashes."""
    files = [model_file(repository, number) for number in range(MAX_VERSIONS + 3)]
    for file in files:
        assert repository.publish(file, "digits").read_bytes() == file.read_bytes()
    versions = repository.versions("digits")
    assert [version.path.read_bytes() for version in versions] == [file.read_bytes() for file in files[-2:-7:-1]]
    assert [version.number for version in versions] == [7, 6, 5, 4, 3]
    assert all(version.sha256 == hashlib.sha256(version.path.read_bytes()).hexdigest() for version in versions)
    published = [version.published for version in versions]
    assert published == sorted(published, reverse=True)


def test_rollback(repository: ModelRepository):
    """Each rollback restores the version before, down to the first one, which stays."""
    files = [model_file(repository, number) for number in range(4)]
    for file in files:
        repository.publish(file, "digits")
    for file in files[-2::-1]:
        repository.rollback("digits")
        assert repository.path("digits").read_bytes() == file.read_bytes()
    with pytest.raises(NoPreviousVersion):
        repository.rollback("digits")
    assert repository.path("digits").read_bytes() == files[0].read_bytes()


def test_publish_after_rollback(repository: ModelRepository):
    """A later rollback doesn't restore the version that was rolled back; that is kept next to the versions."""
    first, bad, third = (model_file(repository, number) for number in range(3))
    repository.publish(first, "digits")
    repository.publish(bad, "digits")
    repository.rollback("digits")
    assert (repository.folder / ".versions/digits/rolled-back.onnx").read_bytes() == bad.read_bytes()
    repository.publish(third, "digits")
    repository.rollback("digits")
    assert repository.path("digits").read_bytes() == first.read_bytes()


def test_publishing_the_same_file_twice(repository: ModelRepository):
    """It doesn't create a version."""
    for _ in range(2):
        repository.publish(model_file(repository, 1), "digits")
    assert repository.versions("digits") == []


def test_names_are_independent(repository: ModelRepository):
    """Each name has its own versions."""
    for name in ("digits", "digits.2"):
        for number in (1, 2):
            repository.publish(model_file(repository, number), name)
    repository.rollback("digits")
    assert len(repository.versions("digits.2")) == 1
    assert repository.versions("nothing") == repository.versions("../digits") == repository.versions("") == []


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc/x", ".hidden", "a b", "ä", "x\0y", "x" * 101, "-a"])
def test_invalid_name(repository: ModelRepository, name: str):
    """It raises InvalidInput, and nothing is written."""
    for operation in (lambda: repository.publish(model_file(repository, 1), name), lambda: repository.rollback(name)):
        with pytest.raises(InvalidInput):
            operation()
    assert content(repository) == {}


@pytest.mark.parametrize("file_content", [b"", b"not a model", None])
def test_publishing_an_invalid_model(repository: ModelRepository, file_content: bytes | None):
    """An invalid file, a model without a card and a missing file are rejected, and nothing changes."""
    repository.publish(model_file(repository, 1), "digits")
    before = content(repository)
    bad = repository.folder.parent / "bad.onnx"
    if file_content is None:
        write_fake_model(bad, card="")
    else:
        bad.write_bytes(file_content)
    with pytest.raises(InvalidModel):
        repository.publish(bad, "digits")
    with pytest.raises(InvalidInput, match=r"missing\.onnx"):
        repository.publish(repository.folder / "missing.onnx", "digits")
    assert content(repository) == before


def test_replacing_an_invalid_model(repository: ModelRepository):
    """A broken file that is replaced doesn't become a version."""
    repository.path("digits").write_bytes(b"broken")
    repository.publish(model_file(repository, 1), "digits")
    assert repository.versions("digits") == []


def test_rollback_to_a_damaged_version(repository: ModelRepository):
    """It raises InvalidModel, and nothing changes."""
    repository.publish(model_file(repository, 1), "digits")
    repository.publish(model_file(repository, 2), "digits")
    repository.versions("digits")[0].path.write_bytes(b"damaged")
    before = content(repository)
    with pytest.raises(InvalidModel):
        repository.rollback("digits")
    assert content(repository) == before


def test_rollback_after_an_interrupted_publish(repository: ModelRepository):
    """A version that equals the current file, left by a publish that was killed halfway, is skipped."""
    files = [model_file(repository, number) for number in (1, 2)]
    for file in files:
        repository.publish(file, "digits")
    digest = hashlib.sha256(files[1].read_bytes()).hexdigest()
    shutil.copy(files[1], repository.folder / f".versions/digits/000002-{digest}.onnx")
    repository.rollback("digits")
    assert repository.path("digits").read_bytes() == files[0].read_bytes()
    assert repository.versions("digits") == []


def test_concurrent_operations(repository: ModelRepository):
    """While a model is locked, other operations on it raise ModelLocked; other models aren't affected."""
    for number in (1, 2):
        repository.publish(model_file(repository, number), "digits")
    with (repository.folder / ".versions/digits/.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for operation in (
            lambda: repository.publish(model_file(repository, 3), "digits"),
            lambda: repository.rollback("digits"),
        ):
            with pytest.raises(ModelLocked, match=r"digits"):
                operation()
        repository.publish(model_file(repository, 3), "letters")
    repository.rollback("digits")


@pytest.mark.parametrize("operation", ["publish", "rollback"])
def test_full_disk(repository: ModelRepository, operation: str):
    """If a file can't be written completely, WriteFailed is raised, and nothing changes."""
    for number in (1, 2):
        repository.publish(model_file(repository, number), "digits")
    before = content(repository)
    command = [sys.executable, "-c", WITH_FULL_DISK, str(repository.folder), str(model_file(repository, 3)), operation]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "write_failed\n"
    assert content(repository) == before
