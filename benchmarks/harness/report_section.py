"""Section: what one benchmark found, as a part of RESULTS.md."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.harness.machine import describe, versions


@dataclass(frozen=True)
class Table:
    """Rows under columns; the first column says what was measured."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    title: str = ""

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("Expected a table with rows. Received none.")
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"Expected {len(self.columns)} cells. Received {len(row)}: {row}.")

    def text(self) -> str:
        """The table as Markdown; figures stand at the right."""
        lines = [self.columns, ("---", *("---:" for _ in self.columns[1:])), *self.rows]
        body = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
        return f"**{self.title}**\n\n{body}" if self.title else body


@dataclass(frozen=True)
class Section:
    """title, and what was measured in one sentence; tables; notes, each a sentence or two; the packages that matter."""

    title: str
    sentence: str
    tables: Sequence[Table]
    notes: Sequence[str] = ()
    packages: Sequence[str] = field(default=("inkling",))

    def text(self, command: str, date: str) -> str:
        """The section as Markdown, with the command that repeats it and what it was run on."""
        notes = "\n".join(f"- {note}" for note in self.notes)
        facts = f"{date} · {describe()} · {versions(self.packages)}"
        parts = [f"## {self.title}", self.sentence, *(table.text() for table in self.tables), notes]
        return "\n\n".join(part for part in (*parts, f"```sh\n{command}\n```", facts) if part) + "\n"


def ratio(ours: float, beside: float) -> str:
    """Ours divided by what stands beside it."""
    return f"{ours / beside:.2f}"


def verdict(met: bool, target: str) -> str:
    """A target, and whether it was met."""
    return f"{target}: {'met' if met else 'MISSED'}"


BUSY_FROM = 0.5
BUSY = (
    "Other work took its part of the machine, whose load average was {:.1f} before the first figure: ratios of this run are "
    "rough, and to be measured anew when it is idle."
)


def beside_work(load: float) -> list[str]:
    """A note for a run beside which the machine did other work, by its load average before the first figure."""
    return [BUSY.format(load)] if load > BUSY_FROM else []
