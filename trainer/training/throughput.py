"""Pace: how fast a fit is, and how long it has left."""

import time


class Pace:
    """Times the steps of a fit. The first step after a break (start, validation, pause) is left out: it waits for others."""

    def __init__(self):
        self.started: float | None = None
        self.paused = 0.0
        self.images = 0
        self.seconds_timed = 0.0
        self.between_epochs = 0.0
        self.last: float | None = None
        self.epoch_ended: float | None = None

    def epoch_begins(self) -> None:
        """An epoch begins: what comes before its first step is over is not training."""
        self.started = self.started or time.perf_counter()
        self.last = None

    def breaks(self) -> None:
        """Something else comes before the next step."""
        self.last, self.epoch_ended = None, None

    def pauses(self, seconds: float) -> None:
        """The fit was held for some seconds, which do not count."""
        self.breaks()
        self.paused += seconds

    def changes(self) -> None:
        """Steps take another time from now on."""
        self.images, self.seconds_timed = 0, 0.0
        self.breaks()

    def step_ends(self, images: int) -> None:
        """A step of some images is done."""
        now = time.perf_counter()
        if self.last is not None:
            self.images += images
            self.seconds_timed += now - self.last
        elif self.epoch_ended is not None:
            self.between_epochs = max(0.0, now - self.epoch_ended - (images / self.speed if self.speed else 0.0))
            self.epoch_ended = None
        self.last = now

    def steps_end(self) -> None:
        """The last step of an epoch is done; validation follows."""
        self.epoch_ended = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since the first epoch of this sitting began, without pauses."""
        return 0.0 if self.started is None else time.perf_counter() - self.started - self.paused

    @property
    def speed(self) -> float | None:
        """Images a second; None until a step was timed."""
        return self.images / self.seconds_timed if self.seconds_timed else None

    def seconds_left(self, images: int, epochs: int) -> float | None:
        """For some images, and the validations between them and before `epochs` more; None where nothing was timed."""
        if not images:
            return 0.0
        return None if self.speed is None else images / self.speed + epochs * self.between_epochs
