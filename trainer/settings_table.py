"""The fit settings as a Markdown table, and the values of some as text."""

from typing import Any

from trainer.settings import LIST_SETTINGS, SETTING_FIELDS, FitSettings, grouped_settings, option_name


def settings_table() -> str:
    """All fit settings as a Markdown table, as docs/trainer-cli.md shows them."""
    rows = ["| Option | Default | Unit or range | Description |", "|---|---|---|---|"]
    for group, names in grouped_settings().items():
        rows.append(f"| **{group}** | | | |")
        rows += map(_table_row, names)
    return "\n".join(rows) + "\n"


def _table_row(name: str) -> str:
    declared = SETTING_FIELDS[name]
    facts = declared.metadata
    span = "" if facts["minimum"] is None else f"{facts['minimum']:,} to {facts['maximum']:,}"
    unit = " ".join(part for part in (facts["unit"], span) if part) or ", ".join(facts["choices"])
    default: Any = declared.default
    if name in LIST_SETTINGS:
        default = " ".join(default)
    shown = "–" if default == "" else f"`{default}`"
    return f"| `{option_name(name)}` | {shown} | {unit or '–'} | {facts['help']} |"


def format_settings(settings: FitSettings, base: FitSettings) -> str:
    """Format all settings, by group; * marks those that differ from `base`, but for the recipe."""
    width = max(map(len, SETTING_FIELDS))
    lines = []
    for group, names in grouped_settings().items():
        lines += ["", group]
        for name in names:
            mark = "*" if name != "recipe" and getattr(settings, name) != getattr(base, name) else " "
            lines.append(f"{mark} {name:<{width}}  {format_value(getattr(settings, name))}")
    return "\n".join(lines[1:])


def format_value(value: Any) -> str:
    """Format the value of a setting."""
    return (" ".join(value) if isinstance(value, tuple) else str(value)) or "none"
