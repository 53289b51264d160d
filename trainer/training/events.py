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
    """A step is done. loss, accuracy: moving means, over the latest 2,000 images. seen: training images since the fit began.

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

    Outliers count in either loss, by how far their answers are from uniform ones, and in neither accuracy. Of the validation
    part: per_class: label, n, accuracy; confusion: counts, rows true, columns predicted; mistakes: the surest 16, with index in
    the part, true, predicted, confidence. changes: what was changed by hand in this epoch: step, changes, before.
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
    per_class: list[dict]
    confusion: list[list[int]]
    mistakes: list[dict]
    changes: list[dict]


@dataclass(frozen=True)
class Changed(Event):
    """Settings were changed by hand. step: the first one that is taken with them. before: what they were."""

    epoch: int
    step: int
    changes: dict[str, float | int]
    before: dict[str, float | int]


@dataclass(frozen=True)
class Paused(Event):
    """The fit is held before its next step."""

    step: int  # done so far


@dataclass(frozen=True)
class Resumed(Event):
    """A pause is over. seconds: how long it was; they count in no other event."""

    step: int
    seconds: float


@dataclass(frozen=True)
class Finished(Event):
    """The fit is over and the run can be exported. interrupted: stopped before its last epoch."""

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
