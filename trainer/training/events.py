"""Events of a fit: one stream, many listeners (terminal, JSON lines, run folder, TensorBoard, training service)."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import ClassVar


@dataclass(frozen=True)
class FitEvent:
    """Base class. kind: the `event` field of the JSON form."""

    kind: ClassVar[str] = ""

    time: float = field(default_factory=time.time, kw_only=True)  # seconds since 1970, UTC

    def to_dict(self) -> dict:
        """Return the event as JSON-serializable values."""
        return {"event": self.kind} | asdict(self)


@dataclass(frozen=True)
class StartedEvent(FitEvent):
    """The fit begins. layers: the network's layer table."""

    kind = "started"

    run: str
    device: str
    backend: str
    precision: str
    labels: list[str]
    counts: dict[str, int]  # images by part: training, validation, test, outliers
    epochs: int
    first_epoch: int  # counted from 0; above 0 after a resume
    steps: int  # of the whole fit
    layers: list[dict]


@dataclass(frozen=True)
class BatchEvent(FitEvent):
    """A training step is done. loss, accuracy: moving means over the latest 2,000 images. images_seen: since the fit began.

    images_per_second, seconds_left: None until a step was timed.
    """

    kind = "batch"

    epoch: int
    step: int
    loss: float
    accuracy: float
    images_seen: int
    images_per_second: float | None
    seconds_left: float | None
    learning_rate: float


@dataclass(frozen=True)
class EpochEvent(FitEvent):
    """An epoch is done. seconds: training time since the fit began, with validation and without pauses.

    Outliers count in both losses, as their divergence from a uniform prediction, and in neither accuracy. On the validation
    set: per_class: label, n, accuracy; confusion_matrix: counts, rows true, columns predicted; mistakes: the 16 most confident,
    with index in the set, true, predicted, confidence. changes: settings changed during this epoch: step, changes, before.
    """

    kind = "epoch"

    epoch: int
    epochs: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    best: bool
    images_per_second: float | None
    seconds: float
    seconds_left: float | None
    learning_rate: float
    per_class: list[dict]
    confusion_matrix: list[list[int]]
    mistakes: list[dict]
    changes: list[dict]


@dataclass(frozen=True)
class SettingChangedEvent(FitEvent):
    """Settings changed during the fit. step: the first step that uses them. before: the previous values."""

    kind = "setting_changed"

    epoch: int
    step: int
    changes: dict[str, float | int]
    before: dict[str, float | int]


@dataclass(frozen=True)
class PausedEvent(FitEvent):
    """The fit is paused. step: steps done."""

    kind = "paused"

    step: int


@dataclass(frozen=True)
class ResumedEvent(FitEvent):
    """The fit continues. seconds: duration of the pause, which counts in no other event."""

    kind = "resumed"

    step: int
    seconds: float


@dataclass(frozen=True)
class FinishedEvent(FitEvent):
    """The fit is done and the run can be exported. interrupted: stopped before the last epoch. warnings: sentences."""

    kind = "finished"

    run: str
    interrupted: bool
    epochs: int
    best_epoch: int
    val_accuracy: float
    seconds: float
    test: dict  # accuracy by choice of crops, and n
    warnings: list[str]


@dataclass(frozen=True)
class FailedEvent(FitEvent):
    """The fit failed."""

    kind = "failed"

    message: str


FitListener = Callable[[FitEvent], None]
