"""Pace: how fast a fit is, and how long it has left."""

import time


class Pace:
    """Times the steps of a fit. The first step after a pause (start, validation) is left out: it waits for other things."""

    def __init__(self, steps_an_epoch: int, epochs: int):
        self.steps_an_epoch, self.epochs = steps_an_epoch, epochs
        self.started: float | None = None
        self.timed = 0
        self.seconds_timed = 0.0
        self.between_epochs = 0.0
        self.last: float | None = None
        self.epoch_ended: float | None = None

    def epoch_begins(self) -> None:
        """An epoch begins: what comes before its first step is over is not training."""
        now = time.perf_counter()
        self.started = self.started or now
        self.last = None

    def step_ends(self) -> None:
        """A step is done."""
        now = time.perf_counter()
        if self.last is not None:
            self.timed += 1
            self.seconds_timed += now - self.last
        elif self.epoch_ended is not None:
            self.between_epochs = max(0.0, now - self.epoch_ended - (1 / self.speed if self.speed else 0.0))
        self.last = now

    def steps_end(self) -> None:
        """The last step of an epoch is done; validation follows."""
        self.epoch_ended = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since the first epoch of this sitting began."""
        return 0.0 if self.started is None else time.perf_counter() - self.started

    @property
    def speed(self) -> float | None:
        """Steps a second; None until one was timed."""
        return self.timed / self.seconds_timed if self.seconds_timed else None

    def seconds_left(self, step: int) -> float | None:
        """From the end of a step, counted from 1 over the whole fit, validations included; None where nothing was timed."""
        steps = self.steps_an_epoch * self.epochs
        if step >= steps:
            return 0.0
        if self.speed is None:
            return None
        return (steps - step) / self.speed + (self.epochs - step // self.steps_an_epoch - 1) * self.between_epochs
