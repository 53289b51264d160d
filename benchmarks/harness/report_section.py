"""Report sections: the result of one benchmark as a section of RESULTS.md."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.harness.machine import describe_machine, format_versions

BUSY_LOAD_AVERAGE = 0.5
BUSY_NOTE = (
    "Other processes were running: the load average was {:.1f} before the first measurement. The ratios of this run are "
    "approximate; repeat it on an idle machine."
)


@dataclass(frozen=True)
class Table:
    """Rows under columns; the first column names what was measured. Raises ValueError if a row does not fit."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    title: str = ""

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("The table has no rows.")
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"Expected {len(self.columns)} cells, got {len(row)}: {row}.")

    def text(self) -> str:
        """The table as Markdown, with figures aligned right."""
        lines = [self.columns, ("---", *("---:" for _ in self.columns[1:])), *self.rows]
        body = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
        return f"**{self.title}**\n\n{body}" if self.title else body


@dataclass(frozen=True)
class Section:
    """sentence: what was measured. notes: one or two sentences each. packages: those whose versions are listed.

    load_average: of the machine before the first measurement; a note says if the machine was busy.
    """

    title: str
    sentence: str
    tables: Sequence[Table]
    notes: Sequence[str] = ()
    packages: Sequence[str] = ("inkling",)
    load_average: float = 0.0

    def text(self, command: str, date: str) -> str:
        """The section as Markdown, with the command that repeats it, and the machine."""
        busy = [BUSY_NOTE.format(self.load_average)] if self.load_average > BUSY_LOAD_AVERAGE else []
        notes = "\n".join(f"- {note}" for note in (*self.notes, *busy))
        facts = f"{date} · {describe_machine()} · {format_versions(self.packages)}"
        parts = [f"## {self.title}", self.sentence, *(table.text() for table in self.tables), notes]
        return "\n\n".join(part for part in (*parts, f"```sh\n{command}\n```", facts) if part) + "\n"


def format_ratio(value: float, baseline: float) -> str:
    """value / baseline."""
    return f"{value / baseline:.2f}"


def target_note(met: bool, target: str, measured: str) -> str:
    """A note that says whether a target was met."""
    return f"{'Met' if met else 'MISSED'} (target: {target}): {measured}."


def load_average() -> float:
    """The machine's load average over the last minute; to be read before the first measurement."""
    return os.getloadavg()[0]
