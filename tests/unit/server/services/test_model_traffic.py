"""ModelTraffic: the version that answers a request, by the shares in the repository."""

import json
import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from inkling.models.repository import ModelRepository
from server.services.model_registry import ModelRegistry
from server.services.model_traffic import TrafficSplit
from tests.support.canary import publish_versions
from tests.support.model_versions import write_model_version

N = 20_000


@pytest.fixture
def hashes(models_folder: Path) -> dict[str, str]:
    """The versions of the model digits."""
    return publish_versions(models_folder)


@pytest.fixture
def models(models_folder: Path, hashes: dict[str, str]) -> ModelRegistry:  # noqa: ARG001 published before they are loaded
    """The loaded models, with a seeded generator."""
    models = ModelRegistry(models_folder, "digits")
    models.traffic.random = Random(7).random  # noqa: S311 no secret
    return models


def answers(models: ModelRegistry, n: int = N) -> Counter[str]:
    """How often each version is selected."""
    return Counter(models.select("digits").sha256 for _ in range(n))


def test_without_shares_the_current_version_answers(models: ModelRegistry, hashes: dict[str, str]):
    """No random number is drawn."""
    models.traffic.random = lambda: pytest.fail("drawn")
    assert models.select(None).sha256 == hashes["current"]
    models.set_shares("digits", {hashes["previous"]: 0.5})
    assert models.select(None, "current").sha256 == hashes["current"]
    models.delete_shares("digits")
    assert models.select(None).sha256 == hashes["current"]
    assert models.traffic.splits == {}


def test_versions_answer_their_shares(models: ModelRegistry, hashes: dict[str, str]):
    """Within four standard deviations of a binomial distribution, for a seeded generator."""
    shares = {hashes["candidate"]: 0.1, hashes["previous"]: 0.25}
    models.set_shares("digits", shares)
    counts = answers(models)
    for sha256, share in (shares | {hashes["current"]: 0.65}).items():
        assert abs(counts[sha256] - N * share) < 4 * (N * share * (1 - share)) ** 0.5


def test_shares_of_one_and_nearly_one(models: ModelRegistry, hashes: dict[str, str]):
    """The current version gets no request, or all."""
    models.set_shares("digits", {hashes["candidate"]: 1})
    assert answers(models, 500) == {hashes["candidate"]: 500}
    models.set_shares("digits", {hashes["candidate"]: 0})
    assert answers(models, 500) == {hashes["current"]: 500}


def test_bounds(models: ModelRegistry, hashes: dict[str, str]):
    """Each version has the numbers from the sum of the shares before it, inclusive, to that with its own, exclusive."""
    current, first, second = (models.find(None, hashes[state]) for state in ("current", "candidate", "previous"))
    split = TrafficSplit.of({first: 0.25, second: 0.5})
    numbers = (0.0, 0.249, 0.25, 0.749, 0.75, 0.999)
    assert [split.choose(current, number) for number in numbers] == [first, first, second, second, current, current]


def test_workers_follow_the_files(models: ModelRegistry, models_folder: Path, hashes: dict[str, str]):
    """A change by another process is found by the next scan, and the versions are loaded then."""
    repository = ModelRepository(models_folder)
    assert not models.refresh_traffic()
    repository.set_shares("digits", {hashes["candidate"]: 1})
    assert answers(models, 10) == {hashes["current"]: 10}
    assert models.refresh_traffic()
    assert not models.refresh_traffic()
    assert models.versions.is_loaded("digits", hashes["candidate"])
    assert answers(models, 10) == {hashes["candidate"]: 10}
    repository.delete_shares("digits")
    assert models.refresh_traffic()
    assert answers(models, 10) == {hashes["current"]: 10}


def test_shares_survive_a_restart(models: ModelRegistry, models_folder: Path, hashes: dict[str, str]):
    """They are read when a process starts."""
    models.set_shares("digits", {hashes["candidate"]: 1})
    assert answers(ModelRegistry(models_folder, "digits"), 10) == {hashes["candidate"]: 10}


def test_share_of_a_deleted_version_goes_to_the_current_one(models: ModelRegistry, hashes: dict[str, str]):
    """Until the file is back. The others keep theirs, and the problem is reported."""
    models.set_shares("digits", {hashes["candidate"]: 0.5, hashes["previous"]: 0.5})
    path = models.repository.other_versions("digits")[0].path
    content = path.read_bytes()
    path.unlink()
    assert models.refresh_traffic()
    assert answers(models, 500).keys() == {hashes["current"], hashes["previous"]}
    assert models.problems.keys() == {".versions/digits/traffic.json"}
    path.write_bytes(content)
    assert models.refresh_traffic()
    assert answers(models, 500).keys() == {hashes["candidate"], hashes["previous"]}
    assert models.problems == {}


def test_damaged_version_gets_no_requests(models: ModelRegistry, models_folder: Path, hashes: dict[str, str]):
    """Its share goes to the current version."""
    path = ModelRepository(models_folder).other_versions("digits")[0].path
    path.write_bytes(path.read_bytes()[:-100])
    models.set_shares("digits", {hashes["candidate"]: 1})
    assert answers(models, 10) == {hashes["current"]: 10}
    assert len(models.problems) == 1


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"shares": {"a": 3}}', b'{"shares": {"current": 0.5}}', b"\xff" * 100_000]
)
def test_damaged_traffic_file(models: ModelRegistry, hashes: dict[str, str], content: bytes):
    """The current version answers, and the problem is reported until the shares are deleted."""
    models.set_shares("digits", {hashes["candidate"]: 1})
    models.repository.traffic_path("digits").write_bytes(content)
    assert models.refresh_traffic()
    assert answers(models, 10) == {hashes["current"]: 10}
    assert models.problems.keys() == {".versions/digits/traffic.json"}
    models.delete_shares("digits")
    assert models.problems == {}


def test_publication_and_rollback(models: ModelRegistry, models_folder: Path, hashes: dict[str, str], tmp_path: Path):
    """A publication keeps the canary unless it becomes current; a rollback ends it."""
    repository = ModelRepository(models_folder)
    models.set_shares("digits", {hashes["candidate"]: 0.5})
    file = write_model_version(tmp_path, 9)
    repository.publish(file, "digits")
    models.load(repository.path("digits"))
    models.refresh_traffic()
    assert answers(models, 500).keys() == {repository.current_sha256("digits"), hashes["candidate"]}
    assert models.rollback("digits").sha256 == hashes["current"]
    assert answers(models, 500) == {hashes["current"]: 500}
    models.set_shares("digits", {hashes["candidate"]: 0.5})
    assert models.promote("digits", hashes["candidate"][:12]).sha256 == hashes["candidate"]
    assert answers(models, 500) == {hashes["candidate"]: 500}
    assert models.traffic.splits == {}


def test_canary_that_is_copied_over_the_current_file(models: ModelRegistry, hashes: dict[str, str]):
    """It answers everything, and no second copy of it is kept."""
    models.set_shares("digits", {hashes["candidate"]: 0.5})
    shutil.copy(models.repository.other_versions("digits")[0].path, models.repository.path("digits"))
    models.load(models.repository.path("digits"))
    models.refresh_traffic()
    assert answers(models, 100) == {hashes["candidate"]: 100}
    assert models.traffic.splits == {}


def test_models_are_independent(models: ModelRegistry, models_folder: Path, hashes: dict[str, str], tmp_path: Path):
    """Shares of one model don't touch another, and end with the model."""
    ModelRepository(models_folder).publish(write_model_version(tmp_path, 50), "letters")
    models.load(models_folder / "letters.onnx")
    models.set_shares("digits", {hashes["candidate"]: 1})
    assert models.select("letters").name == "letters"
    models.repository.traffic_path("letters").parent.mkdir(exist_ok=True)
    models.repository.traffic_path("letters").write_text(json.dumps({"shares": {hashes["candidate"]: 1}}))
    models.refresh_traffic()
    assert models.select("letters").name == "letters"
    (models_folder / "letters.onnx").unlink()
    models.unload(models_folder / "letters.onnx")
    models.refresh_traffic()
    assert models.problems == {}
