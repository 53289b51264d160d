"""Results: RESULTS.md, one section a benchmark between markers, so that each can be renewed on its own."""

import re
from pathlib import Path

HEAD = """# What was measured

Every row stands beside a peer or a limit of the same run; trust the ratios more than the figures, which depend on the
machine. Figures of several runs are given as median (least–most). `make bench` renews all sections, `python -m benchmarks
NAME` one of them.
"""


def update(path: Path, order: list[str], name: str, text: str) -> None:
    """Put a section into the file, in its place among the names in `order`; the other sections stay."""
    sections = read(path) if path.exists() else {}
    sections[name] = text
    known = [key for key in order if key in sections]
    rest = [key for key in sections if key not in order]
    parts = [f"<!-- {key}:begin -->\n{sections[key].strip()}\n<!-- {key}:end -->\n" for key in (*known, *rest)]
    beside = path.with_name(f".writing-{path.name}")
    beside.write_text("\n".join([HEAD, *parts]), "utf-8")
    beside.replace(path)


def read(path: Path) -> dict[str, str]:
    """The sections of a file by name."""
    found = re.findall(r"^<!-- (\w+):begin -->\n(.*?)^<!-- \1:end -->$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return dict(found)
