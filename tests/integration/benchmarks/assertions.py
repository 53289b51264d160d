"""Assertions on the format of a section of RESULTS.md."""

import re
import shlex


def assert_section(name: str, text: str) -> None:
    """A heading, a sentence, well-formed tables with figures, the command, and the machine."""
    lines = text.strip().splitlines()
    assert re.fullmatch(r"## \w.*", lines[0])
    assert lines[1] == ""
    assert lines[2].endswith(".")
    tables = re.findall(r"((?:^\|.*\n?)+)", text, re.MULTILINE)
    assert tables
    for table in tables:
        assert_table(table)
    command = re.search(r"^```sh\n(.*)\n```$", text, re.MULTILINE)[1]
    assert shlex.split(command)[:4] == ["python", "-m", "benchmarks", name]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d · .+, \d+ cores?, .+ · python \d.*", lines[-1])


def assert_table(text: str) -> None:
    """A Markdown table with as many non-empty cells in each row as columns, and a figure in at least one row."""
    head, rule, *rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.strip().splitlines()]
    assert rows
    assert len(head) == len(rule) >= 3
    assert {cell.strip("-:|") for cell in " ".join(rule).split()} <= {""}
    for row in rows:
        assert len(row) == len(head), row
        assert all(row), row
    assert any(re.search(r"\d", cell) for row in rows for cell in row[1:])
