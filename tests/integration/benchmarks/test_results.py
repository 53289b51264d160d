"""RESULTS.md and the code that formats and updates it."""

import pytest

from benchmarks.__main__ import NAMES, RESULTS
from benchmarks.harness import results_file
from benchmarks.harness.report_section import Section, Table
from benchmarks.harness.timing import Samples, format_number, time_interleaved
from tests.integration.benchmarks.assertions import assert_section

COMMAND = "python -m benchmarks predict"


def section(title: str) -> str:
    """A section with one table."""
    table = Table(("what", "Inkling", "ratio"), [("a | b", str(Samples.of([3, 1, 2])), "0.50")], "Title")
    return Section(title, "A sentence.", [table], ["A note."]).text(COMMAND, "2026-01-01")


def test_results_file_has_a_well_formed_section_per_benchmark():
    """RESULTS.md has one section per benchmark, in order, from a full run."""
    sections = results_file.read_sections(RESULTS)
    assert list(sections) == NAMES
    for name, text in sections.items():
        assert_section(name, text)
        assert "--quick" not in text


def test_updating_a_section_keeps_the_others_and_the_order(tmp_path):
    """Sections are sorted by the given order, and a new one replaces the old one of that name."""
    file = tmp_path / "RESULTS.md"
    order = ["fit", "predict", "serve"]
    for name, title in [("serve", "S"), ("fit", "F"), ("predict", "old"), ("predict", "new")]:
        results_file.update_section(file, order, name, section(title))
    found = results_file.read_sections(file)
    assert list(found) == order
    assert [text.splitlines()[0] for text in found.values()] == ["## F", "## new", "## S"]
    assert file.read_text("utf-8").startswith("# ")
    assert list(tmp_path.iterdir()) == [file]


def test_a_pipe_in_a_cell_is_escaped():
    """A cell may contain the column separator."""
    assert "| a \\| b | 2.00 (1.00–3.00) | 0.50 |" in section("T")


@pytest.mark.parametrize("rows", [[], [("one",)], [("one", "two", "three")]])
def test_a_table_with_wrong_number_of_cells_is_rejected(rows):
    """A table without rows, or with rows that do not fit the columns, raises ValueError."""
    with pytest.raises(ValueError, match=r"no rows|cells"):
        Table(("a", "b"), rows)


@pytest.mark.parametrize(
    ("value", "text"),
    [(12345.6, "12,346"), (123.4, "123"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.123"), (0.01234, "0.0123"), (0, "0")],
)
def test_numbers_have_three_significant_digits(value, text):
    """Numbers are rounded to three significant digits, with thousands separators."""
    assert format_number(value) == text


def test_timed_calls_are_interleaved():
    """After calibration, each round runs one block of each call in order."""
    made: list[str] = []
    calls = {"a": lambda: made.append("a"), "b": lambda: made.append("b")}
    took = time_interleaved(calls, rounds=3, block_seconds=1e-4)
    turns = "".join(name for before, name in zip(["", *made], made, strict=False) if before != name)
    assert turns.endswith("ababab")
    assert all(len(spread.values) == 3 and min(spread.values) > 0 for spread in took.values())
