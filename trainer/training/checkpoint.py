"""Checkpoint: everything that an interrupted fit needs to resume after its last whole epoch."""

from dataclasses import dataclass, field

import numpy as np

from inkling.errors import InvalidInput
from trainer.io.npz import load_arrays, save_arrays
from trainer.runs.run import Run

FILE = "checkpoint.npz"


@dataclass(frozen=True)
class Checkpoint:
    """epoch, step, images_seen: what is done. seconds: the training time of that.

    variables: every variable that training changes, by position. schedule_position: see OneCycleSchedule.position; None without
    a schedule.
    """

    epoch: int = 0
    step: int = 0
    images_seen: int = 0
    seconds: float = 0.0
    variables: dict[str, np.ndarray] = field(default_factory=dict)
    schedule_position: np.ndarray | None = None

    @classmethod
    def read(cls, run: Run) -> "Checkpoint":
        """Read the run's checkpoint, an empty one if it has none. Raises InvalidInput if it doesn't match the history."""
        path = run.file(FILE)
        if not path.exists():
            return cls()
        arrays = load_arrays(path)
        try:
            epoch, step, images_seen = (int(arrays.pop(name)) for name in ("epoch", "step", "images_seen"))
            seconds, position = float(arrays.pop("seconds")), arrays.pop("schedule_position", None)
        except (KeyError, ValueError, TypeError) as error:
            raise InvalidInput(f"{path} is damaged.") from error
        if len(run.history()) < epoch:
            raise InvalidInput(
                f"{run.file('history.jsonl')} has {len(run.history())} epochs, but {FILE} was written after epoch {epoch}."
            )
        return cls(epoch, step, images_seen, seconds, arrays, position)

    def write(self, run: Run) -> None:
        """Write the checkpoint; the history must already contain its epochs."""
        counters = {name: np.array(getattr(self, name)) for name in ("epoch", "step", "images_seen", "seconds")}
        arrays = self.variables | counters
        if self.schedule_position is not None:
            arrays["schedule_position"] = self.schedule_position
        run.write(FILE, lambda path: save_arrays(path, arrays))
