"""Timing: several runs of everything, in turns, so that a machine that slows down slows all of them."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

BLOCK_SECONDS = 0.05
"""A block of calls takes about this long: far above what reading the clock costs."""


@dataclass(frozen=True)
class Spread:
    """One figure of several runs."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(tuple(map(float, values)))

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def times(self, factor: float) -> "Spread":
        """The same in another unit."""
        return Spread(tuple(value * factor for value in self.values))

    def __str__(self) -> str:
        """Median (least–most)."""
        if len(self.values) == 1:
            return figure(self.median)
        return f"{figure(self.median)} ({figure(min(self.values))}–{figure(max(self.values))})"


def figure(value: float) -> str:
    """A number with three digits that count, and none of them invented: 0.0123, 1.23, 12.3, 1,234."""
    size = abs(value)
    decimals = 0 if size >= 100 or size == 0 else 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.1 else 4
    return f"{value:,.{decimals}f}"


def in_turns(calls: dict[str, Callable[[], object]], rounds: int, block_seconds: float = BLOCK_SECONDS) -> dict[str, Spread]:
    """Seconds a call of each, over `rounds` rounds of one block of calls of each: A B A B."""
    repeats = {name: _repeats(call, block_seconds) for name, call in calls.items()}
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            started = time.perf_counter()
            for _ in range(repeats[name]):
                call()
            seconds[name].append((time.perf_counter() - started) / repeats[name])
    return {name: Spread.of(values) for name, values in seconds.items()}


def _repeats(call: Callable[[], object], block_seconds: float) -> int:
    """How many calls fill a block; the calls that find it out warm up as well."""
    call()
    repeats = 1
    while True:
        started = time.perf_counter()
        for _ in range(repeats):
            call()
        taken = time.perf_counter() - started
        if taken >= block_seconds / 4:
            return max(1, round(repeats * block_seconds / taken))
        repeats *= 4
