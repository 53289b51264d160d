"""What a fit tells while it runs: one stream of events, many listeners."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Event:
    """Something that happened; `to_dict` names it by its class and gives its fields."""

    time: float = field(default_factory=time.time, kw_only=True)  # seconds since 1970, UTC

    def to_dict(self) -> dict:
        """The event as JSON carries it."""
        return {"event": type(self).__name__.lower()} | asdict(self)


@dataclass(frozen=True)
class Started(Event):
    """The fit begins: on what, with what, how long. layers: the network's table."""

    run: str
    device: str
    backend: str
    precision: str
    labels: list[str]
    counts: dict[str, int]  # images of training, validation, test
    epochs: int
    first_epoch: int
    steps: int  # of the whole fit
    layers: list[dict]


@dataclass(frozen=True)
class Batch(Event):
    """A step is done. loss, accuracy: means since the epoch began. seen: training images since the fit began.

    images_per_second, seconds_left: None until a step was timed.
    """

    epoch: int
    step: int
    loss: float
    accuracy: float
    seen: int
    images_per_second: float | None
    seconds_left: float | None
    learning_rate: float


@dataclass(frozen=True)
class Epoch(Event):
    """An epoch is done. seconds: since the first step of the fit, over all of its sittings, validation included.

    Outliers count in either loss, by how far their answers are from uniform ones, and in neither accuracy.
    """

    epoch: int
    epochs: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    best: bool
    images_per_second: float | None
    seconds: float
    seconds_left: float | None
    learning_rate: float


@dataclass(frozen=True)
class Finished(Event):
    """The fit is over and the run can be exported. interrupted: by Ctrl-C, before its last epoch."""

    run: str
    interrupted: bool
    epochs: int
    best_epoch: int
    validation_accuracy: float
    seconds: float
    test: dict  # accuracy by choice of crops, and n


@dataclass(frozen=True)
class Failed(Event):
    """The fit could not go on."""

    message: str


Listener = Callable[[Event], None]
