"""The result of loading a server, from either load generator."""

from dataclasses import dataclass


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
