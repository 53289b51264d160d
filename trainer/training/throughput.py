"""Throughput: images per second, and the time left."""

import time


class Throughput:
    """Times the steps of a fit. The first step after an interruption (start, validation, pause) is not timed."""

    def __init__(self) -> None:
        self.started: float | None = None
        self.paused = 0.0
        self.images = 0
        self.seconds_timed = 0.0
        self.seconds_between_epochs = 0.0
        self.last_step: float | None = None
        self.epoch_ended: float | None = None

    def begin_epoch(self) -> None:
        """Begin an epoch; the time before its first step is not training time."""
        self.started = self.started or time.perf_counter()
        self.last_step = None

    def interrupt(self) -> None:
        """Don't time the next step: something else happens before it."""
        self.last_step, self.epoch_ended = None, None

    def add_pause(self, seconds: float) -> None:
        """Exclude a pause of the fit from its seconds."""
        self.interrupt()
        self.paused += seconds

    def reset(self) -> None:
        """Forget the timed steps, since the duration of a step changes from now on."""
        self.images, self.seconds_timed = 0, 0.0
        self.interrupt()

    def end_step(self, images: int) -> None:
        """Time a step of some images."""
        now = time.perf_counter()
        if self.last_step is not None:
            self.images += images
            self.seconds_timed += now - self.last_step
        elif self.epoch_ended is not None:
            step_seconds = images / self.images_per_second if self.images_per_second else 0.0
            self.seconds_between_epochs = max(0.0, now - self.epoch_ended - step_seconds)
            self.epoch_ended = None
        self.last_step = now

    def end_epoch(self) -> None:
        """The last step of an epoch is done; validation follows."""
        self.epoch_ended = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the first epoch of this process began, without pauses."""
        return 0.0 if self.started is None else time.perf_counter() - self.started - self.paused

    @property
    def images_per_second(self) -> float | None:
        """Training speed; None until a step was timed."""
        return self.images / self.seconds_timed if self.seconds_timed else None

    def seconds_left(self, images: int, epochs: int) -> float | None:
        """Estimate the time for the images left and the `epochs` validations between them; None if nothing was timed."""
        if not images:
            return 0.0
        return (
            None if self.images_per_second is None else images / self.images_per_second + epochs * self.seconds_between_epochs
        )
