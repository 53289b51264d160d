"""The result of loading a server, from either load generator."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.harness.timing import Samples


@dataclass(frozen=True)
class LoadResult:
    """answered: responses of any status. failed: requests without a response of status 200. p50, p99: latencies in ms."""

    answered: int
    failed: int
    seconds: float
    p50: float
    p99: float

    @property
    def requests_per_second(self) -> float:
        """Over all connections."""
        return self.answered / self.seconds


def load_samples(loads: Sequence[LoadResult], figure: str = "requests_per_second") -> Samples:
    """One figure of several loads."""
    return Samples.of([getattr(load, figure) for load in loads])


def load_cells(loads: Sequence[LoadResult]) -> tuple[str, str, str]:
    """Table cells: requests/s, p50 and p99 of several loads."""
    speed, p50, p99 = (str(load_samples(loads, figure)) for figure in ("requests_per_second", "p50", "p99"))
    return speed, p50, p99
