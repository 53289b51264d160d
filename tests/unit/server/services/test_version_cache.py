"""VersionCache: versions besides the current one, loaded when a request names them."""

import os
from pathlib import Path

import pytest

from inkling.errors import InvalidModel, VersionNotFound
from inkling.models.repository import ModelRepository
from server.services.model_registry import ModelRegistry
from server.services.version_cache import MAX_LOADED_VERSIONS
from tests.support.canary import publish_versions
from tests.support.model_versions import write_model_version


@pytest.fixture
def hashes(models_folder: Path) -> dict[str, str]:
    """The versions of the model digits."""
    return publish_versions(models_folder)


@pytest.fixture
def models(models_folder: Path, hashes: dict[str, str]) -> ModelRegistry:  # noqa: ARG001 published before they are loaded
    """The loaded models."""
    return ModelRegistry(models_folder, "digits")


def test_versions_are_loaded_on_first_use(models: ModelRegistry, hashes: dict[str, str]):
    """Once, with the name of the model and the hash of the file."""
    assert models.find("digits", "current") is models.find("digits", hashes["current"]) is models.find(None)
    for state in ("previous", "candidate"):
        assert not models.versions.is_loaded("digits", hashes[state])
        version = models.find("digits", hashes[state][:12])
        assert (version.name, version.sha256) == ("digits", hashes[state])
        assert models.find(None, hashes[state]) is version
        assert models.versions.is_loaded("digits", hashes[state])
    with pytest.raises(VersionNotFound):
        models.find("digits", "0" * 12)


def test_least_recently_used_version_is_dropped(models: ModelRegistry, models_folder: Path, tmp_path: Path):
    """As soon as there are more than MAX_LOADED_VERSIONS; those with a share don't count."""
    for number in range(10, 14):
        ModelRepository(models_folder).publish(write_model_version(tmp_path, number), "digits")
    others = [each.sha256 for each in models.repository.other_versions("digits") if each.sha256 != models.find(None).sha256]
    assert len(others) == MAX_LOADED_VERSIONS + 1
    for sha256 in (*others[:-1], others[0], others[-1]):
        models.find(None, sha256)
    assert [models.versions.is_loaded("digits", sha256) for sha256 in others] == [True, False, True, True, True]
    models.versions.pin(frozenset([("digits", others[2])]))
    models.find(None, others[1])
    assert all(models.versions.is_loaded("digits", sha256) for sha256 in others)
    models.versions.pin(frozenset())
    assert sum(models.versions.is_loaded("digits", sha256) for sha256 in others) == MAX_LOADED_VERSIONS


def test_deleted_and_replaced_files_are_dropped(models: ModelRegistry, hashes: dict[str, str]):
    """A version whose file is gone cannot be used; one whose file has changed is loaded again."""
    path = models.repository.versions("digits")[0].path
    content, loaded = path.read_bytes(), models.find(None, hashes["previous"])
    path.unlink()
    with pytest.raises(VersionNotFound):
        models.find(None, hashes["previous"])
    models.refresh_traffic()
    assert not models.versions.is_loaded("digits", hashes["previous"])
    path.write_bytes(content)
    assert models.find(None, hashes["previous"]) is not loaded


def test_only_the_right_regular_file_is_loaded(models: ModelRegistry, hashes: dict[str, str], tmp_path: Path):
    """A valid model with another hash, a truncated one, a named pipe and a folder are refused."""
    path = models.repository.versions("digits")[0].path
    content = path.read_bytes()
    for damaged in (write_model_version(tmp_path, 99).read_bytes(), content[:-100], b""):
        path.write_bytes(damaged)
        with pytest.raises(InvalidModel):
            models.find(None, hashes["previous"])
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(InvalidModel):
        models.find(None, hashes["previous"])
    path.unlink()
    path.mkdir()
    with pytest.raises(InvalidModel):
        models.find(None, hashes["previous"])
    path.rmdir()
    path.write_bytes(content)
    assert models.find(None, hashes["previous"]).sha256 == hashes["previous"]
