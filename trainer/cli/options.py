"""CLI options for the fit settings, generated from their declarations; shared by all commands that fit."""

from collections.abc import Callable
from dataclasses import Field
from typing import Any

import click

from trainer.recipes import RECIPES, recipe
from trainer.settings import LIST_SETTINGS, NO_OUTLIERS, SETTING_FIELDS, FitSettings, option_name

METAVARS = {"data": "SPEC", "outliers": "SPEC", "teachers": "RUN"}


def setting_options(*without: str, **required: bool) -> Callable:
    """Decorate a command with an option per fit setting except some. required: whether a setting must be given."""

    def decorate(command: Callable) -> Callable:
        for name in reversed(SETTING_FIELDS):
            if name not in without:
                command = _option(name, required.get(name, False))(command)
        return command

    return decorate


def explicit_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given: those that are neither None nor an empty tuple."""
    given = {name: value for name, value in options.items() if value is not None and value != ()}
    if given.get("outliers") == (NO_OUTLIERS,):
        given["outliers"] = ()
    return given


def settings_from_options(options: dict[str, Any]) -> FitSettings:
    """Return the settings of the given recipe with the given options as overrides. Raises InvalidInput."""
    overrides = explicit_options(options)
    return recipe(overrides.pop("recipe"), **overrides)


def _option(name: str, required: bool) -> Callable:
    declared = SETTING_FIELDS[name]
    facts, option = declared.metadata, option_name(name)
    unit = f", {facts['unit']}" if facts["unit"] else ""
    if name == "recipe":
        return click.option(
            option, name, type=click.Choice(list(RECIPES)), default="inkling", show_default=True, help=facts["help"]
        )
    if name in LIST_SETTINGS:
        values: Any = declared.default
        help = facts["help"] + (f"  [default: {' '.join(values)}]" if values else "")
        return click.option(option, name, multiple=True, required=required, metavar=METAVARS[name], help=help)
    kind = click.Choice(facts["choices"]) if facts["choices"] else _param_type(declared)
    default = f"  [default: by recipe; inkling: {declared.default}]"
    return click.option(option, name, type=kind, help=f"{facts['help']}{unit}{default}")


def _param_type(declared: Field[Any]) -> click.ParamType:
    if declared.type is str:
        return click.STRING
    kind = click.IntRange if declared.type is int else click.FloatRange
    return kind(declared.metadata["minimum"], declared.metadata["maximum"])
