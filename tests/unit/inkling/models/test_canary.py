"""ModelRepository: candidates, traffic shares, and what a publication and a rollback do to them."""

import hashlib
from pathlib import Path

import pytest

from inkling.errors import InvalidInput, InvalidModel, ModelLocked, VersionNotFound
from inkling.models.model_version import resolve_version, version_id
from inkling.models.repository import MAX_VERSIONS, ModelRepository, file_sha256
from tests.support.model_versions import model_file


@pytest.fixture
def repository(tmp_path: Path) -> ModelRepository:
    """Model digits: version 2 is current, version 1 is previous."""
    (tmp_path / "models").mkdir()
    repository = ModelRepository(tmp_path / "models")
    for number in (1, 2):
        repository.publish(model_file(repository, number), "digits")
    return repository


def sha256(repository: ModelRepository, number: int) -> str:
    """The hash of that file."""
    return file_sha256(model_file(repository, number))


def hashes(repository: ModelRepository) -> list[str]:
    """All versions but the current one."""
    return [version.sha256 for version in repository.other_versions("digits")]


def test_candidate(repository: ModelRepository):
    """It is a version with a share, but neither current nor a previous version."""
    first, second, third = (sha256(repository, number) for number in (1, 2, 3))
    path = repository.publish_candidate(model_file(repository, 3), "digits", 0.1)
    assert path.read_bytes() == model_file(repository, 3).read_bytes()
    assert repository.current_sha256("digits") == second
    assert hashes(repository) == [third, first]
    assert [version.sha256 for version in repository.versions("digits")] == [first]
    assert repository.shares("digits") == {third: 0.1}
    assert repository.rollback("digits").sha256 == first
    assert hashes(repository) == [third]


def test_candidate_replaces_the_one_before(repository: ModelRepository):
    """With its share; those of previous versions stay. The same file again only changes the share."""
    first, fourth = sha256(repository, 1), sha256(repository, 4)
    repository.set_shares("digits", {first: 0.2})
    repository.publish_candidate(model_file(repository, 3), "digits", 0.8)
    for share in (0.8, 0.5, 0.0):
        repository.publish_candidate(model_file(repository, 4), "digits", share)
        assert hashes(repository) == [fourth, first]
        assert repository.shares("digits") == {first: 0.2} | ({fourth: share} if share else {})
    with pytest.raises(InvalidInput):
        repository.publish_candidate(model_file(repository, 5), "digits", 0.9)
    assert hashes(repository) == [fourth, first]


def test_candidate_needs_another_current_version(repository: ModelRepository):
    """A first version, and the current one, have nothing to be compared with."""
    for number, name in ((3, "letters"), (2, "digits")):
        with pytest.raises(InvalidInput):
            repository.publish_candidate(model_file(repository, number), name, 0.1)
    bad = repository.folder.parent / "bad.onnx"
    bad.write_bytes(b"no model")
    with pytest.raises(InvalidModel):
        repository.publish_candidate(bad, "digits", 0.1)
    with pytest.raises(InvalidInput):
        repository.publish_candidate(model_file(repository, 3), "digits", 1.5)
    assert hashes(repository) == [sha256(repository, 1)]
    assert not (repository.folder / ".versions/letters").exists()


def test_promotion(repository: ModelRepository):
    """The candidate becomes current, the current version a previous one, and the share ends."""
    first, second, third = (sha256(repository, number) for number in (1, 2, 3))
    repository.publish_candidate(model_file(repository, 3), "digits", 0.1)
    assert repository.promote("digits", version_id(third)) == third
    assert repository.current_sha256("digits") == third
    assert hashes(repository) == [second, first]
    assert not repository.traffic_path("digits").exists()
    with pytest.raises(InvalidInput):
        repository.promote("digits", third)
    assert repository.promote("digits", first) == first
    assert hashes(repository)[:2] == [third, second]


def test_damaged_version_is_not_promoted(repository: ModelRepository):
    """Its file has another hash than its name says, even if it is a valid model."""
    first = sha256(repository, 1)
    repository.versions("digits")[0].path.write_bytes(model_file(repository, 9).read_bytes())
    with pytest.raises(InvalidModel):
        repository.promote("digits", first)
    assert repository.current_sha256("digits") == sha256(repository, 2)


def test_shares_are_set(repository: ModelRepository):
    """By version as in the API; stored by hash; {} and `delete_shares` end them."""
    first, third = sha256(repository, 1), sha256(repository, 3)
    repository.publish_candidate(model_file(repository, 3), "digits")
    shares = repository.set_shares("digits", {first[:12]: 0.25, third: 0.5})
    assert shares == repository.shares("digits") == {first: 0.25, third: 0.5}
    assert repository.set_shares("digits", {first: 0}) == {}
    repository.set_shares("digits", {first: 0.25})
    for _ in range(2):
        repository.delete_shares("digits")
        assert repository.shares("digits") == {}


def test_invalid_shares_change_nothing(repository: ModelRepository):
    """Unknown versions, the current one, a version under two names, and too much."""
    first, second = sha256(repository, 1), sha256(repository, 2)
    repository.set_shares("digits", {first: 0.25})
    for shares, error in (
        ({"0" * 12: 0.1}, VersionNotFound),
        ({first[:11]: 0.1}, VersionNotFound),
        ({second: 0.1}, InvalidInput),
        ({"current": 0.1}, InvalidInput),
        ({first: 0.1, first[:12]: 0.1}, InvalidInput),
        ({first: 1.5}, InvalidInput),
    ):
        with pytest.raises(error):
            repository.set_shares("digits", shares)
    with repository._locked("digits"), pytest.raises(ModelLocked):
        repository.set_shares("digits", {first: 0.5})
    assert repository.shares("digits") == {first: 0.25}


def test_publication_keeps_shares_of_other_versions(repository: ModelRepository):
    """But not that of the version that becomes current."""
    first, third = sha256(repository, 1), sha256(repository, 3)
    repository.publish_candidate(model_file(repository, 3), "digits", 0.25)
    repository.set_shares("digits", {first: 0.5, third: 0.25})
    repository.publish(model_file(repository, 4), "digits")
    assert repository.shares("digits") == {first: 0.5, third: 0.25}
    repository.publish(model_file(repository, 3), "digits")
    assert repository.shares("digits") == {first: 0.5}
    assert all(not version.is_candidate for version in repository.other_versions("digits"))


def test_current_version_of_a_copied_file_has_no_share_later(repository: ModelRepository):
    """A file that is copied over the current one doesn't touch the shares; the next publication does."""
    third = sha256(repository, 3)
    repository.publish_candidate(model_file(repository, 3), "digits", 0.25)
    repository.path("digits").write_bytes(model_file(repository, 3).read_bytes())
    repository.publish(model_file(repository, 4), "digits")
    assert third in hashes(repository)
    assert repository.shares("digits") == {}


def test_rollback_ends_all_shares(repository: ModelRepository):
    """All requests get the restored version; the candidate stays addressable."""
    repository.publish(model_file(repository, 3), "digits")
    repository.publish_candidate(model_file(repository, 4), "digits", 0.25)
    repository.set_shares("digits", {sha256(repository, 1): 0.5, sha256(repository, 4): 0.25})
    repository.rollback("digits")
    assert repository.current_sha256("digits") == sha256(repository, 2)
    assert repository.shares("digits") == {}
    assert sha256(repository, 4) in hashes(repository)


def test_damaged_traffic_file(repository: ModelRepository):
    """Nothing fails on it: it counts as no shares, and is replaced."""
    for operation in (
        lambda: repository.publish(model_file(repository, 3), "digits"),
        lambda: repository.publish_candidate(model_file(repository, 4), "digits"),
        lambda: repository.rollback("digits"),
        lambda: repository.delete_shares("digits"),
    ):
        repository.traffic_path("digits").write_bytes(b"{")
        operation()
        assert repository.shares("digits") == {}
    repository.publish(model_file(repository, 3), "digits")
    repository.traffic_path("digits").write_bytes(b"{")
    last = hashes(repository)[-1]
    assert repository.set_shares("digits", {last: 0.25}) == {last: 0.25}


def test_versions_are_resolved():
    """By unique prefixes of at least 12 digits."""
    current, other = hashlib.sha256(b"1").hexdigest(), hashlib.sha256(b"2").hexdigest()
    twin = other[:20] + current[:44]
    for text in ("current", current, current[:12]):
        assert resolve_version(text, "digits", current, [other, twin]) == current
    assert resolve_version(other[:21], "digits", current, [other, twin]) == other
    assert resolve_version(other[:12], "digits", None, [other, other]) == other
    for text in (other[:12], current[:11], "", "CURRENT", "latest", current.upper(), f"{current}0", "../x", "1"):
        with pytest.raises(VersionNotFound):
            resolve_version(text, "digits", current, [other, twin])
    with pytest.raises(VersionNotFound):
        resolve_version("current", "digits", None, [other])


def test_version_with_a_share_outlives_its_successors(repository: ModelRepository):
    """Publications delete the oldest versions, but not one that answers requests."""
    first, others = sha256(repository, 1), range(3, 3 + MAX_VERSIONS + 1)
    repository.set_shares("digits", {first: 0.5})
    for number in others:
        repository.publish(model_file(repository, number), "digits")
    assert first in hashes(repository)
    assert len(hashes(repository)) == MAX_VERSIONS + 1
    assert repository.shares("digits") == {first: 0.5}
    repository.delete_shares("digits")
    repository.publish(model_file(repository, 99), "digits")
    assert first not in hashes(repository)
    assert len(hashes(repository)) == MAX_VERSIONS
