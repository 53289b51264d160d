"""Timing: repeated, interleaved measurements, so that a slow phase of the machine affects all candidates alike."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.harness.options import Options

BLOCK_SECONDS = 0.05
"""Duration of a block of calls: far longer than reading the clock takes."""


@dataclass(frozen=True)
class Samples:
    """Repeated measurements of one quantity."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> "Samples":
        """From any sequence of numbers."""
        return cls(tuple(map(float, values)))

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    def scaled(self, factor: float) -> "Samples":
        """The same in another unit."""
        return Samples(tuple(value * factor for value in self.values))

    def __str__(self) -> str:
        """Median (minimum–maximum)."""
        if len(self.values) == 1:
            return format_number(self.median)
        return f"{format_number(self.median)} ({format_number(min(self.values))}–{format_number(max(self.values))})"


def format_number(value: float) -> str:
    """A number with three significant digits: 0.0123, 1.23, 12.3, 1,234."""
    size = abs(value)
    decimals = 0 if size >= 100 or size == 0 else 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.1 else 4
    return f"{value:,.{decimals}f}"


def seconds_of(call: Callable[[], object]) -> float:
    """Duration of one call in seconds."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def time_interleaved(
    calls: dict[str, Callable[[], object]], rounds: int, block_seconds: float = BLOCK_SECONDS
) -> dict[str, Samples]:
    """Seconds per call of each candidate, over `rounds` rounds of one block of calls each, in the order A B A B."""
    repeats = {name: _calls_per_block(call, block_seconds) for name, call in calls.items()}
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            seconds[name].append(_block(call, repeats[name]) / repeats[name])
    return {name: Samples.of(values) for name, values in seconds.items()}


def time_pair(
    call: Callable[[], object], baseline: Callable[[], object], options: Options, unit: float, block_seconds: float
) -> tuple[Samples, Samples]:
    """A call and its baseline, interleaved, in units of which a second has `unit`."""
    took = time_interleaved(
        {"call": call, "baseline": baseline}, options.pick(15, 2), options.pick(block_seconds, block_seconds / 20)
    )
    return took["call"].scaled(unit), took["baseline"].scaled(unit)


def _block(call: Callable[[], object], repeats: int) -> float:
    """Seconds of consecutive calls."""
    started = time.perf_counter()
    for _ in range(repeats):
        call()
    return time.perf_counter() - started


def _calls_per_block(call: Callable[[], object], block_seconds: float) -> int:
    """How many calls fill a block; counting them warms up as well."""
    call()
    repeats = 1
    while (seconds := _block(call, repeats)) < block_seconds / 4:
        repeats *= 4
    return max(1, round(repeats * block_seconds / seconds))
