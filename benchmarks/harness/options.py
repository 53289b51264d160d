"""Options: what every benchmark is told."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from platformdirs import user_cache_path

Value = TypeVar("Value")


@dataclass(frozen=True)
class Options:
    """model: the ONNX file that answers. data: the SPEC to fit and score. quick: take the least of everything.

    peers: the folder that holds the peers' own environments.
    """

    model: Path
    data: str
    quick: bool = False
    peers: Path = user_cache_path("inkling") / "peers"

    def pick(self, full: Value, quick: Value) -> Value:
        """How much of something: the full amount, or as little as shows that the benchmark runs."""
        return quick if self.quick else full
