"""RESULTS.md: one section per benchmark between markers, so that each can be updated on its own."""

import re
from pathlib import Path

INTRODUCTION = """# Benchmark results

Each figure is listed next to a peer or a lower bound measured in the same run. Absolute figures depend on the machine, so
compare the ratios. Repeated measurements are given as median (minimum–maximum). [docs/benchmarks.md](../docs/benchmarks.md)
explains what each section measures and how to run it.
"""


def update_section(path: Path, order: list[str], name: str, text: str) -> None:
    """Write one section into the file, sorted by `order`; other sections stay as they are."""
    sections = read_sections(path) if path.exists() else {}
    sections[name] = text
    known = [key for key in order if key in sections]
    rest = [key for key in sections if key not in order]
    parts = [f"<!-- {key}:begin -->\n{sections[key].strip()}\n<!-- {key}:end -->\n" for key in (*known, *rest)]
    temporary = path.with_name(f".writing-{path.name}")
    temporary.write_text("\n".join([INTRODUCTION, *parts]), "utf-8")
    temporary.replace(path)


def read_sections(path: Path) -> dict[str, str]:
    """The sections of a file by name."""
    found = re.findall(r"^<!-- (\w+):begin -->\n(.*?)^<!-- \1:end -->$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return dict(found)
