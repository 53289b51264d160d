"""Controls: what steers a fit while it runs. Any thread may ask; the fit's own thread does it between two steps."""

import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from inkling.errors import BadInput
from trainer.errors import NoAnswer, NotRunning
from trainer.inspection.request import Look, Page
from trainer.settings import CHANGEABLE, FIXED, FitSettings, check

STATES = "starting", "running", "paused", "stopping", "over"

LOOK_SECONDS = 10.0
"""How long whoever looks in waits: longer than a validation of the largest sets, or the compiling of a step, takes."""


class Controls:
    """Changes settings of one fit, holds it, ends it and looks into it, all while it runs. Safe to use from any thread.

    `stop` alone may also be called by a signal's handler, in whatever the fit's thread is doing.
    """

    def __init__(self, settings: FitSettings):
        """settings: those that the fit begins with."""
        self._fixed = FIXED[settings.optimizer]
        self._optimizer = settings.optimizer
        self._values = {name: getattr(settings, name) for name in CHANGEABLE}
        self._changes: dict[str, Any] = {}
        self._looks: list[Look] = []
        self._begun = self._paused = self._stopping = self._over = False
        self._turn = threading.Condition()  # re-entrant, as a signal's handler may come while its thread holds it
        self.called = False
        """Whether the fit's thread has something to do: all that it has to read after every step."""

    @property
    def state(self) -> str:
        """One of STATES. `paused` as soon as it was asked for: at most one step is still done."""
        if self._over:
            return "over"
        if self._stopping:
            return "stopping"
        if self._paused:
            return "paused"
        return "running" if self._begun else "starting"

    @property
    def stopping(self) -> bool:
        """Whether the fit was told to end."""
        return self._stopping

    @property
    def can(self) -> dict[str, bool]:
        """Which settings may change: learning_rate, momentum, weight_decay, batch_size."""
        return {name: name not in self._fixed for name in CHANGEABLE}

    @property
    def values(self) -> dict[str, float | int]:
        """The settings that may change, as they are or, where the fit is about to take them, will be at the next step."""
        with self._turn:
            return self._values | self._changes

    def change(self, **values: Any) -> dict[str, float | int]:
        """Change settings from the next step on; return `values` afterwards. All of them change, or none.

        learning_rate: the highest one where a schedule changes it, so the rest of the schedule is scaled. batch_size: from the
        next step on too; the images that the epoch has not yet had come in batches of this size.

        Raises BadInput for an unknown setting, one that the optimizer has not, or a value out of its range, and NotRunning
        where the fit is over or about to end.
        """
        if not values:
            raise BadInput(f"Expected at least one of {', '.join(CHANGEABLE)} to change. Received none.")
        checked = {name: self._checked(name, value) for name, value in values.items()}
        with self._turn:
            self._check_running("a change")
            self._changes |= checked
            self._call()
            return self._values | self._changes

    def pause(self) -> None:
        """Hold the fit after the step it is at. Raises NotRunning where it is over or about to end."""
        with self._turn:
            self._check_running("a pause")
            self._paused = True
            self._call()

    def go_on(self) -> None:
        """End a pause; nothing happens where there is none. Raises NotRunning where the fit is over or about to end."""
        with self._turn:
            self._check_running("a word to go on")
            self._paused = False
            self._call()

    def stop(self) -> None:
        """End the fit after the step it is at, or was held at; its best weights are kept. To say it twice changes nothing."""
        with self._turn:
            self._stopping = True
            self._call()

    def look(self, sample: int | Page, timeout: float = LOOK_SECONDS) -> Any:
        """A `Snapshot` of the network, as it is learning, at an image of the validation part: see `trainer.inspection`.

        Of a page of images, what it answers to them: `Predictions`. The fit's own thread makes either between two steps, and
        while it is paused. Raises BadInput where the part has no such image, NotRunning where the fit is over, NoAnswer after
        `timeout` seconds.
        """
        look = Look(sample)
        with self._turn:
            if self._over:
                raise NotRunning("Expected a fit that runs. Received a look into one that is over: its run holds the weights.")
            self._looks.append(look)
            self._call()
        if not look.done.wait(timeout):
            with self._turn:
                if look in self._looks:  # nobody needs it any more
                    self._looks.remove(look)
            raise NoAnswer(f"Expected the fit to answer within {timeout:g} s. It has not: it loads, validates or compiles.")
        return look.answer()

    # What follows is for the fit's own thread.

    @contextmanager
    def attached(self, values: dict[str, float | int]):
        """While the fit runs; `values`: the settings that may change, as they are at its beginning."""
        with self._turn:
            self._values, self._begun = dict(values), True
        try:
            yield
        finally:
            self.close()

    def close(self) -> None:
        """The fit is over: who still waits for a look is told so."""
        with self._turn:
            self._over, looks, self._looks = True, self._looks, []
        for look in looks:
            look.fail(NotRunning("Expected a fit that runs. It ended before it could be looked into."))

    def answer_looks(self, see: Callable[[int | Page], Any]) -> None:
        """Answer whoever looks in, by what `see` makes of a sample, or of a page of them."""
        while True:
            with self._turn:
                if not self._looks:
                    self._call_over()
                    return
                look = self._looks.pop(0)
            look.answer_with(see)

    def take_changes(self) -> dict[str, float | int]:
        """What is to change now: settings with their values, without those that are so already."""
        with self._turn:
            changes = {name: value for name, value in self._changes.items() if value != self._values[name]}
            self._values |= self._changes
            self._changes = {}
            self._call_over()
        return changes

    @property
    def held(self) -> bool:
        """Whether the fit is to stay where it is, by a pause or for a change that has come meanwhile."""
        return (self._paused or bool(self._changes)) and not self._stopping

    def wait(self) -> None:
        """Sleep until something is to be done or the pause ends, without using the processor."""
        with self._turn:
            self._turn.wait_for(lambda: self._changes or self._looks or not self.held)

    def _call(self) -> None:
        self.called = True
        self._turn.notify_all()

    def _call_over(self) -> None:
        """Note whether there is still something to do."""
        self.called = bool(self._changes or self._looks or self._paused or self._stopping)

    def _check_running(self, what: str) -> None:
        if self._over or self._stopping:
            raise NotRunning(f"Expected a fit that runs. Received {what} for one that is {self.state}.")

    def _checked(self, name: str, value: Any) -> float | int:
        if name not in CHANGEABLE:
            raise BadInput(f"Expected one of {', '.join(CHANGEABLE)} to change. Received {name!r:.40}.")
        if name in self._fixed:
            others = ", ".join(name for name in CHANGEABLE if name not in self._fixed)
            raise BadInput(f"Expected one of {others} for {self._optimizer}. Received {name}: {self._fixed[name]}.")
        check(name, value)
        return float(value) if name != "batch_size" else value
