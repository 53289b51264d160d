"""Changes: what was changed by hand in a run, a line each in its changes.jsonl, with the step from which on it holds."""

import json

from trainer.io.atomic import whole
from trainer.runs.run import Run
from trainer.training.events import Changed

FILE = "changes.jsonl"


def read_changes(run: Run) -> list[dict]:
    """The rows of changes.jsonl, the oldest first: epoch, step, changes, before. Raises BadInput where it is damaged."""
    place = run.file(FILE)
    if not place.exists():
        return []
    with whole(place):
        rows = [json.loads(line) for line in place.read_text("utf-8").splitlines()]
        if any(not isinstance(row["changes"], dict) or not isinstance(row["step"], int) for row in rows):
            raise ValueError(FILE)
        return rows


def changed(rows: list[dict]) -> dict[str, float | int]:
    """What rows come to: the last value of every setting that they change."""
    return {name: value for row in rows for name, value in row["changes"].items()}


class Changes:
    """The changes of a run that goes on after `step` steps.

    lost: what was changed in later ones, which were not kept. It holds from the beginning now, and is no row any more.
    """

    def __init__(self, run: Run, step: int):
        self.run = run
        rows = read_changes(run)
        self.rows = [row for row in rows if row["step"] <= step]
        self.lost = changed(rows[len(self.rows) :])

    def take_lost(self) -> dict[str, float | int]:
        """What was lost, for once: it is a change again."""
        lost, self.lost = self.lost, {}
        return lost

    def add(self, event: Changed) -> None:
        """Keep a change."""
        self.rows.append(event.to_dict())
        text = "".join(f"{json.dumps(row, allow_nan=False)}\n" for row in self.rows)
        self.run.write(FILE, lambda path: path.write_text(text, "utf-8"))

    def of_epoch(self, epoch: int) -> list[dict]:
        """step, changes and before of each change in an epoch, counted from 1."""
        return [{name: row[name] for name in ("step", "changes", "before")} for row in self.rows if row["epoch"] == epoch]
