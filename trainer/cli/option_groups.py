"""Commands whose `--help` lists the options under headings."""

from typing import Any

import click

OUTPUT = "Output"
"""Heading for options without a group of their own."""


class GroupedOption(click.Option):
    """An option with a heading."""

    def __init__(self, *args: Any, group: str = OUTPUT, **attributes: Any):
        super().__init__(*args, **attributes)
        self.group = group


class GroupedCommand(click.Command):
    """Lists its options by group, in the order in which the groups occur, `Output` last."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section per group."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record:
                groups.setdefault(getattr(param, "group", OUTPUT), []).append(record)
        groups[OUTPUT] = groups.pop(OUTPUT)  # --help has this group
        for group, records in groups.items():
            with formatter.section(group):
                formatter.write_dl(records)
