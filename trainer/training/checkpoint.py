"""State: where a fit stands after a whole epoch, so that it can go on as if it had never stopped."""

from dataclasses import dataclass, field

import numpy as np

from inkling.errors import BadInput
from trainer.io.npz import load_arrays, save_arrays
from trainer.runs.run import Run


@dataclass(frozen=True)
class State:
    """epoch, step, seen: epochs, steps and images that are done. seconds: what they took.

    line: where the schedule stands. variables: everything that training changes, by its place. A state from before sizes of
    batches could change has no step, images and line (None): they follow from the epoch.
    """

    epoch: int = 0
    seconds: float = 0.0
    variables: dict[str, np.ndarray] = field(default_factory=dict)
    step: int | None = None
    seen: int | None = None
    line: np.ndarray | None = None

    @classmethod
    def read(cls, run: Run) -> "State":
        """The run's state, that of the very beginning where it has none. Raises BadInput where its history is shorter."""
        place = run.file("state.npz")
        if not place.exists():
            return cls()
        arrays = load_arrays(place)
        try:
            epoch, seconds = int(arrays.pop("epoch")), float(arrays.pop("seconds"))
            step, seen = (int(arrays.pop(name)) if name in arrays else None for name in ("step", "seen"))
            state = cls(epoch, seconds, arrays, step, seen, arrays.pop("line", None))
        except (KeyError, ValueError, TypeError) as error:
            raise BadInput(f"Expected a whole state.npz in {run.path}. Received one that is damaged.") from error
        if len(run.history()) < state.epoch:
            raise BadInput(f"Expected a history of {state.epoch} epochs in {run.path}. Received {len(run.history())}.")
        return state

    def write(self, run: Run) -> None:
        """Keep the state; the history must hold its epochs already."""
        arrays = self.variables | {"epoch": np.int64(self.epoch), "seconds": np.float64(self.seconds)}
        arrays |= {name: np.array(value) for name in ("step", "seen", "line") if (value := getattr(self, name)) is not None}
        run.write("state.npz", lambda path: save_arrays(path, arrays))
