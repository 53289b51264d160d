"""Look: a question that one thread asks the fit's, and its answer."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """Some images of the validation part: the first one's place, and how many at most."""

    begin: int
    limit: int


class Look:
    """What is to be seen: of one sample, all of the network, or of a page of them, the answers.

    `done` is set once it was answered, well or badly.
    """

    def __init__(self, wanted: int | Page):
        self.wanted = wanted
        self.done = threading.Event()
        self._value: Any = None
        self._error: Exception | None = None

    def answer_with(self, see: Callable[[int | Page], Any]) -> None:
        """Answer by what `see` returns or raises."""
        try:
            self._value = see(self.wanted)
        except Exception as error:  # it is the asker's, who gets it; the fit goes on
            self._error = error
        self.done.set()

    def fail(self, error: Exception) -> None:
        """Answer by an error."""
        self._error = error
        self.done.set()

    def answer(self) -> Any:
        """What was seen; raises what seeing raised."""
        if self._error is not None:
            raise self._error
        return self._value
