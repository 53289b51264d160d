"""Times the phases of a fit: loading, outliers, compiling, training, validating, measuring."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class PhaseTimer:
    """Seconds by phase. A phase that occurs several times has their sum."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measure(self, phase: str) -> Iterator[None]:
        """Time a block."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(phase, time.perf_counter() - started)

    def add(self, phase: str, seconds: float) -> None:
        """Add seconds to a phase."""
        self.seconds[phase] = self.seconds.get(phase, 0.0) + seconds

    def move(self, source: str, target: str, seconds: float) -> None:
        """Count seconds of one phase as those of another."""
        self.add(target, seconds)
        self.add(source, -seconds)

    def rounded(self) -> dict[str, float]:
        """Return the seconds of each phase, rounded to milliseconds."""
        return {phase: round(seconds, 3) for phase, seconds in self.seconds.items()}
