"""ModelVersion: one version of a model, and how requests name models and versions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from inkling.errors import VersionNotFound

NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Allowed model names: they become part of URLs, metrics and file names."""

VERSION_LENGTH = 12
"""Characters of the file's hash that name a version."""

CURRENT = "current"
"""Names the version that is published under the model's name."""

VERSION_PATTERN = re.compile(f"[0-9a-f]{{{VERSION_LENGTH},64}}|{CURRENT}")
FILE_PATTERN = re.compile(r"(?:(\d{6,})|candidate)-([0-9a-f]{64})\.onnx")


@dataclass(frozen=True)
class ModelVersion:
    """A version of a model besides the current one.

    number: of a previous version, counts up from 1; 0 for a candidate, which has not been current yet. published: when the
    file was published, ISO 8601 UTC.
    """

    number: int
    sha256: str
    published: str
    path: Path

    @property
    def is_candidate(self) -> bool:
        return self.number == 0


def candidate_file_name(sha256: str) -> str:
    """The name of a candidate's file."""
    return f"candidate-{sha256}.onnx"


def parse_version_file(path: Path) -> ModelVersion | None:
    """Return the version in a file; None if it isn't one or has just been deleted."""
    match = FILE_PATTERN.fullmatch(path.name)
    try:
        seconds = path.stat().st_mtime
    except FileNotFoundError:
        return None
    if match is None:
        return None
    return ModelVersion(int(match[1] or 0), match[2], utc_time(seconds), path)


def utc_time(seconds: float) -> str:
    """A time in seconds since 1970 as ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def version_id(sha256: str) -> str:
    """The short name of a version."""
    return sha256[:VERSION_LENGTH]


def resolve_version(text: str, model: str, current: str | None, others: Iterable[str]) -> str:
    """The hash of the version that `text` names: `current`, a hash, or the first 12 or more digits of a unique one.

    current: the hash of the current version, if there is one. others: those of the other versions. Raises VersionNotFound.
    """
    known = dict.fromkeys([*([current] if current else []), *others])
    found = [sha256 for sha256 in known if sha256.startswith(text)] if VERSION_PATTERN.fullmatch(text) else []
    if text == CURRENT and current:
        return current
    if len(found) == 1:
        return found[0]
    if found:
        raise VersionNotFound(f"{text!r} names several versions of the model {model}. Send more digits of the hash.")
    names = ", ".join(map(version_id, known))
    raise VersionNotFound(f"The model {model} has no version {text!r:.80}. Versions: {names}.")
