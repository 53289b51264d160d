"""ModelRepository: files that disappear, cannot be read, or are left over from an interrupted publication."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from inkling.errors import InvalidInput, InvalidModel, NoPreviousVersion, VersionNotFound, WriteFailed
from inkling.models import repository as module
from inkling.models.model_version import parse_version_file
from inkling.models.repository import VERSIONS_FOLDER, ModelRepository, bytes_sha256, file_sha256
from inkling.models.traffic import read_shares
from tests.support.model_versions import model_file, write_model_version


class InterruptedRepository(ModelRepository):
    """Another process deletes a file just before the lock is held."""

    deleted: Path | None = None

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with super()._locked(name):
            if self.deleted:
                self.deleted.unlink()
            yield


@pytest.fixture
def repository(tmp_path: Path) -> InterruptedRepository:
    """Model digits: version 2 is current, version 1 is previous."""
    (tmp_path / "models").mkdir()
    repository = InterruptedRepository(tmp_path / "models")
    for number in (1, 2):
        repository.publish(model_file(repository, number), "digits")
    return repository


def keep_copy_of_current(repository: ModelRepository) -> None:
    """What a publication that was killed halfway leaves, as the only previous version."""
    (previous,) = repository.versions("digits")
    previous.path.unlink()
    current = repository.path("digits")
    (previous.path.parent / f"000001-{file_sha256(current)}.onnx").write_bytes(current.read_bytes())


def refuse(*_: object) -> None:
    """Fail like the file system."""
    raise PermissionError(13, "Permission denied")


def test_published_as(repository: ModelRepository) -> None:
    """With a share, the file becomes a candidate."""
    assert repository.publish_as(model_file(repository, 3), "digits", None) == repository.path("digits")
    candidate = repository.publish_as(model_file(repository, 4), "digits", 0.1)
    assert repository.shares("digits") == {file_sha256(candidate): 0.1}


def test_hash_of_content(repository: ModelRepository) -> None:
    """It equals that of the file."""
    path = repository.path("digits")
    assert bytes_sha256(path.read_bytes()) == file_sha256(path)


def test_version_that_disappears(repository: InterruptedRepository) -> None:
    """Before it is promoted, or while the folder is listed."""
    (previous,) = repository.versions("digits")
    repository.deleted = previous.path
    with pytest.raises(VersionNotFound):
        repository.promote("digits", previous.sha256)
    assert parse_version_file(previous.path) is None


def test_version_that_is_no_file(repository: ModelRepository) -> None:
    """Such as a folder of that name."""
    (previous,) = repository.versions("digits")
    previous.path.unlink()
    previous.path.mkdir()
    with pytest.raises(InvalidModel, match="regular file"):
        repository.promote("digits", previous.sha256)


def test_version_that_cannot_be_read(repository: ModelRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is simulated, since root may read everything."""
    (previous,) = repository.versions("digits")
    monkeypatch.setattr(module, "file_sha256", refuse)
    with pytest.raises(InvalidModel, match="Permission denied"):
        module.require_sha256(previous)


def test_interrupted_publication_leaves_no_previous_version(repository: ModelRepository) -> None:
    """If there was none before: the copy of the current file is not one."""
    keep_copy_of_current(repository)
    with pytest.raises(NoPreviousVersion):
        repository.rollback("digits")
    assert repository.versions("digits") == []


def test_publication_after_an_interrupted_one(repository: ModelRepository) -> None:
    """The copy of the current file is its archive; there is no second one."""
    keep_copy_of_current(repository)
    repository.publish(model_file(repository, 3), "digits")
    (previous,) = repository.versions("digits")
    assert previous.path.read_bytes() == model_file(repository, 2).read_bytes()


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Raises WriteFailed."""
    repository = ModelRepository(tmp_path)
    (tmp_path / VERSIONS_FOLDER).touch()
    with pytest.raises(WriteFailed):
        repository.publish(write_model_version(tmp_path, 1), "digits")


def test_traffic_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is deleted after it was found counts as absent."""
    path = tmp_path / "traffic.json"
    path.write_text('{"shares": {}}')

    def disappear(_: Path) -> bytes:
        raise FileNotFoundError(2, "No such file")

    monkeypatch.setattr(Path, "read_bytes", disappear)
    assert read_shares(path) == {}
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InvalidInput, match="Permission denied"):
        read_shares(path)
