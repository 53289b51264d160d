"""ModelTraffic: chooses the version that answers a request, by the traffic shares in the model repository."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from threading import Lock

from inkling.errors import InklingError, VersionNotFound
from inkling.models.model_version import version_id
from inkling.models.repository import ModelRepository
from inkling.models.traffic import Shares
from server.services.file_signatures import FileSignature, file_signature
from server.services.loaded_model import LoadedModel
from server.services.version_cache import VersionCache

log = logging.getLogger(__name__)

State = tuple[FileSignature | str, ...]
"""Changes whenever the split of a model may change."""


@dataclass(frozen=True)
class TrafficSplit:
    """Versions with their shares. bounds: the shares summed up: version i has the numbers from bound i - 1 to bound i."""

    versions: tuple[LoadedModel, ...]
    shares: tuple[float, ...]
    bounds: tuple[float, ...]

    @classmethod
    def of(cls, shares: Mapping[LoadedModel, float]) -> "TrafficSplit":
        """From the share of each version."""
        return cls(tuple(shares), tuple(shares.values()), tuple(accumulate(shares.values())))

    def choose(self, current: LoadedModel, number: float) -> LoadedModel:
        """The version of a number in [0, 1)."""
        pairs = zip(self.versions, self.bounds, strict=True)
        return next((version for version, bound in pairs if number < bound), current)


class ModelTraffic:
    """The traffic shares of all models, read again when their files change.

    Readers take no lock: each change replaces a whole attribute.

    splits: by model, only of those with shares. problems: by model, why shares go to the current version instead.
    """

    def __init__(self, repository: ModelRepository, versions: VersionCache, random: Callable[[], float] | None = None):
        self.repository, self.versions = repository, versions
        self.random = random or Random().random  # noqa: S311 no secret; a generator per process, seeded by the system
        self.splits: dict[str, TrafficSplit] = {}
        self.problems: dict[str, str] = {}
        self._states: dict[str, State] = {}
        self._lock = Lock()

    def choose(self, current: LoadedModel) -> LoadedModel:
        """The version that answers a request to a model: by chance, or the current one without shares."""
        split = self.splits.get(current.name)
        return split.choose(current, self.random()) if split else current

    def shares(self, current: LoadedModel) -> Shares:
        """The shares in effect, by hash, besides that of the current version."""
        split = self.splits.get(current.name, TrafficSplit.of({}))
        pairs = zip(split.versions, split.shares, strict=True)
        return {version.sha256: share for version, share in pairs if version.sha256 != current.sha256}

    def refresh(self, loaded: Mapping[str, LoadedModel]) -> bool:
        """Read the shares of models whose files have changed, and load their versions. Returns whether there were any.

        loaded: the current versions by name.
        """
        with self._lock:
            states = {name: self._state(model) for name, model in loaded.items()}
            if states == self._states:
                return False
            kept = {name for name in loaded if states[name] == self._states.get(name)}
            splits = {name: split for name, split in self.splits.items() if name in kept}
            problems = {name: reason for name, reason in self.problems.items() if name in kept}
            for name in loaded.keys() - kept:
                split, reasons = self._read(loaded[name])
                if split.versions:
                    splits[name] = split
                if reasons:
                    problems[name] = " ".join(reasons)
                    log.warning("traffic of the model %s: %s", name, problems[name])
            self.splits, self.problems, self._states = splits, problems, states
            self.versions.pin(frozenset((name, each.sha256) for name, split in splits.items() for each in split.versions))
            return True

    def _read(self, current: LoadedModel) -> tuple[TrafficSplit, list[str]]:
        """The split of a model, and why some of its shares go to the current version."""
        reasons: list[str] = []
        shares: dict[LoadedModel, float] = {}
        try:
            stored = self.repository.shares(current.name)
        except InklingError as error:
            return TrafficSplit.of({}), [str(error)]
        others = {each.sha256: each for each in self.repository.other_versions(current.name)}
        for sha256, share in stored.items():
            if sha256 == current.sha256:
                continue
            try:
                if sha256 not in others:
                    raise VersionNotFound(f"The version {sha256!r:.80} has a share but no file.")
                shares[self.versions.get(current.name, others[sha256])] = share
            except InklingError as error:
                reasons.append(str(error))
            except Exception as error:  # one broken file must not keep the others from being served
                log.exception("cannot load a version of the model %s", current.name)
                reasons.append(f"The version {version_id(sha256)} cannot be loaded: {type(error).__name__}.")
        return TrafficSplit.of(shares), reasons

    def _state(self, current: LoadedModel) -> State:
        path = self.repository.traffic_path(current.name)
        signature = file_signature(path)
        if not signature:
            return (current.sha256,)
        files = [version.path for version in self.repository.other_versions(current.name)]
        return current.sha256, signature, *(part for file in files for part in (str(file), file_signature(file)))
