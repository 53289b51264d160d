"""Setting changes made during a fit: one line each in the run's changes.jsonl, with the first step that uses them."""

import json

from trainer.io.atomic import reading_file
from trainer.runs.run import Run
from trainer.training.events import SettingChangedEvent

FILE = "changes.jsonl"


def read_changes(run: Run) -> list[dict]:
    """Read changes.jsonl, oldest first: epoch, step, changes, before. Raises InvalidInput if the file is damaged."""
    path = run.file(FILE)
    if not path.exists():
        return []
    with reading_file(path):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if any(not isinstance(row["changes"], dict) or not isinstance(row["step"], int) for row in rows):
            raise ValueError(FILE)
        return rows


def latest_values(rows: list[dict]) -> dict[str, float | int]:
    """The last value of every setting that the rows change."""
    return {name: value for row in rows for name, value in row["changes"].items()}


class SettingChangeLog:
    """The setting changes of a run that continues after `step` steps.

    lost: changes made in later steps, which were discarded with their epoch. They apply again from the start.
    """

    def __init__(self, run: Run, step: int):
        self.run = run
        rows = read_changes(run)
        self.rows = [row for row in rows if row["step"] <= step]
        self.lost = latest_values(rows[len(self.rows) :])

    def pop_lost(self) -> dict[str, float | int]:
        """Return the lost changes once, to be applied again."""
        lost, self.lost = self.lost, {}
        return lost

    def add(self, event: SettingChangedEvent) -> None:
        """Append a change."""
        self.rows.append(event.to_dict())
        text = "".join(f"{json.dumps(row, allow_nan=False)}\n" for row in self.rows)
        self.run.write(FILE, lambda path: path.write_text(text, "utf-8"))

    def of_epoch(self, epoch: int) -> list[dict]:
        """Return step, changes and before of each change in an epoch, counted from 1."""
        return [{name: row[name] for name in ("step", "changes", "before")} for row in self.rows if row["epoch"] == epoch]
