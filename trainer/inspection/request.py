"""InspectionRequest: a request from any thread to the thread of a fit."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PageRequest:
    """A range of the validation images: the index of the first one, and the maximum number."""

    begin: int
    limit: int


class InspectionRequest:
    """A request for a snapshot of one validation image, or for the predictions for a page of them.

    target: the index of the image, or the page. done: set as soon as there is a result or an error.
    """

    def __init__(self, target: int | PageRequest):
        self.target = target
        self.done = threading.Event()
        self._result: Any = None
        self._error: Exception | None = None

    def run(self, inspect: Callable[[int | PageRequest], Any]) -> None:
        """Store what `inspect` returns or raises."""
        try:
            self._result = inspect(self.target)
        except Exception as error:  # raised again in the thread that asked; the fit goes on
            self._error = error
        self.done.set()

    def fail(self, error: Exception) -> None:
        """Store an error."""
        self._error = error
        self.done.set()

    def result(self) -> Any:
        """Return what was stored, or raise the error."""
        if self._error is not None:
            raise self._error
        return self._result
