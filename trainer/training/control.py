"""Control of a running fit. Any thread can request something; the fit's own thread acts on it between two steps."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from inkling.errors import InvalidInput
from trainer.errors import FitNotResponding, FitNotRunning
from trainer.inspection.request import InspectionRequest, PageRequest
from trainer.settings import MUTABLE_SETTINGS, UNSUPPORTED_SETTINGS, FitSettings, validate_setting

STATES = "starting", "running", "paused", "stopping", "ended"

INSPECTION_TIMEOUT = 10.0
"""Seconds that `inspect` waits: longer than the validation of the largest dataset, or the compilation of a step, takes."""


class FitControl:
    """Changes settings of a fit, pauses, stops and inspects it. Thread-safe.

    `stop` can also be called in a signal handler, whatever the fit's thread is doing.
    """

    def __init__(self, settings: FitSettings):
        """settings: the initial settings of the fit."""
        self._unsupported = UNSUPPORTED_SETTINGS[settings.optimizer]
        self._optimizer = settings.optimizer
        self._values = {name: getattr(settings, name) for name in MUTABLE_SETTINGS}
        self._changes: dict[str, Any] = {}
        self._inspections: list[InspectionRequest] = []
        self._started = self._paused = self._stopping = self._ended = False
        self._condition = threading.Condition()  # re-entrant, since a signal handler may run while its thread holds it
        self.has_requests = False
        """Whether the fit's thread has something to do: all that it reads after every step."""

    @property
    def state(self) -> str:
        """One of STATES. It is `paused` as soon as that was requested; at most one step is still done."""
        if self._ended:
            return "ended"
        if self._stopping:
            return "stopping"
        if self._paused:
            return "paused"
        return "running" if self._started else "starting"

    @property
    def is_stopping(self) -> bool:
        """Whether a stop was requested."""
        return self._stopping

    @property
    def mutable(self) -> dict[str, bool]:
        """Whether each of learning_rate, momentum, weight_decay and batch_size can change."""
        return {name: name not in self._unsupported for name in MUTABLE_SETTINGS}

    @property
    def values(self) -> dict[str, float | int]:
        """The mutable settings, including requested changes that take effect at the next step."""
        with self._condition:
            return self._values | self._changes

    def change(self, **values: Any) -> dict[str, float | int]:
        """Change settings from the next step on, all of them or none; return the new `values`.

        learning_rate: the peak if there is a schedule, so that the rest of the schedule is scaled. batch_size: also applies to
        the rest of the current epoch.

        Raises InvalidInput for an unknown setting, one that the optimizer doesn't support, or a value out of range, and
        FitNotRunning if the fit has ended or is stopping.
        """
        if not values:
            raise InvalidInput(f"Nothing to change. Settings that can change: {', '.join(MUTABLE_SETTINGS)}.")
        checked = {name: self._validated(name, value) for name, value in values.items()}
        with self._condition:
            self._check_running()
            self._changes |= checked
            self._notify()
            return self._values | self._changes

    def pause(self) -> None:
        """Pause after the current step. Raises FitNotRunning if the fit has ended or is stopping."""
        with self._condition:
            self._check_running()
            self._paused = True
            self._notify()

    def resume(self) -> None:
        """End a pause, if there is one. Raises FitNotRunning if the fit has ended or is stopping."""
        with self._condition:
            self._check_running()
            self._paused = False
            self._notify()

    def stop(self) -> None:
        """Stop after the current step; the best weights are saved. Idempotent."""
        with self._condition:
            self._stopping = True
            self._notify()

    def inspect(self, sample: int | PageRequest, timeout: float = INSPECTION_TIMEOUT) -> Any:
        """Return a `Snapshot` of the network for a validation image, or a `PredictionPage` for several: see
        `trainer.inspection`.

        The fit's own thread computes it between two steps or during a pause. Raises InvalidInput if there is no such image,
        FitNotRunning if the fit has ended, FitNotResponding after `timeout` seconds.
        """
        request = InspectionRequest(sample)
        with self._condition:
            if self._ended:
                raise FitNotRunning("The fit has ended; inspect its run instead.")
            self._inspections.append(request)
            self._notify()
        if not request.done.wait(timeout):
            with self._condition:
                if request in self._inspections:
                    self._inspections.remove(request)
            raise FitNotResponding(
                f"The fit is loading, validating or compiling: no response within {timeout:g} s. Retry later."
            )
        return request.result()

    # The fit's own thread calls the methods below.

    @contextmanager
    def attached(self, values: dict[str, float | int]) -> Iterator[None]:
        """Mark the fit as running for the duration of the block. values: the initial mutable settings."""
        with self._condition:
            self._values, self._started = dict(values), True
        try:
            yield
        finally:
            self.close()

    def close(self) -> None:
        """Mark the fit as ended; pending inspections fail."""
        with self._condition:
            self._ended, pending, self._inspections = True, self._inspections, []
        for request in pending:
            request.fail(FitNotRunning("The fit ended before it could be inspected."))

    def answer_inspections(self, inspect: Callable[[int | PageRequest], Any]) -> None:
        """Answer all pending inspections with what `inspect` returns or raises."""
        while True:
            with self._condition:
                if not self._inspections:
                    self._update_has_requests()
                    return
                request = self._inspections.pop(0)
            request.run(inspect)

    def pop_changes(self) -> dict[str, float | int]:
        """Return and clear the requested changes, without those that change nothing."""
        with self._condition:
            changes = {name: value for name, value in self._changes.items() if value != self._values[name]}
            self._values |= self._changes
            self._changes = {}
            self._update_has_requests()
        return changes

    @property
    def must_wait(self) -> bool:
        """Whether the fit must not take the next step yet: it is paused, or a change has come in."""
        return (self._paused or bool(self._changes)) and not self._stopping

    def wait(self) -> None:
        """Block until there is something to do or the pause ends."""
        with self._condition:
            self._condition.wait_for(lambda: self._changes or self._inspections or not self.must_wait)

    def _notify(self) -> None:
        self.has_requests = True
        self._condition.notify_all()

    def _update_has_requests(self) -> None:
        self.has_requests = bool(self._changes or self._inspections or self._paused or self._stopping)

    def _check_running(self) -> None:
        if self._ended or self._stopping:
            raise FitNotRunning("The fit has ended." if self._ended else "The fit is stopping.")

    def _validated(self, name: str, value: Any) -> float | int:
        if name not in MUTABLE_SETTINGS:
            raise InvalidInput(f"{name!r:.40} can't change during a fit. Settings that can: {', '.join(MUTABLE_SETTINGS)}.")
        if name in self._unsupported:
            raise InvalidInput(f"{name} can't change with {self._optimizer}: {self._unsupported[name]}.")
        validate_setting(name, value)
        return float(value) if name != "batch_size" else value
