"""Options that every benchmark receives."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from platformdirs import user_cache_path

Value = TypeVar("Value")


@dataclass(frozen=True)
class Options:
    """model: the ONNX file to serve. data: the dataset to fit and to evaluate. quick: run the smallest sizes.

    peers: folder of the peers' environments. against: root of another checkout, for `compare`.
    """

    model: Path
    data: str
    quick: bool = False
    peers: Path = user_cache_path("inkling") / "peers"
    against: Path | None = None

    def pick(self, full: Value, quick: Value) -> Value:
        """The value for a full run, or that for a quick run, which only proves that the benchmark works."""
        return quick if self.quick else full
