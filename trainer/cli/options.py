"""Options for every fit setting, from its declaration, and the settings that they give. What fits takes them."""

from collections.abc import Callable
from typing import Any

import click

from trainer.recipes import RECIPES, recipe
from trainer.settings import DECLARED, LISTS, NONE, FitSettings

NAMES = {"teachers": ("--teacher", "--teachers")}
"""Options that go by another name than their setting's."""

KINDS = {"data": "SPEC", "outliers": "SPEC", "teachers": "RUN"}


def setting_options(*without: str, **required: bool) -> Callable:
    """A decorator: an option for every fit setting but some; those named `required` must be given."""

    def decorate(command: Callable) -> Callable:
        for name in reversed(DECLARED):
            if name not in without:
                command = _option(name, required.get(name, False))(command)
        return command

    return decorate


def given_only(options: dict[str, Any]) -> dict[str, Any]:
    """The settings that were given: an option that was left out is None, or empty where it may be repeated."""
    given = {name: value for name, value in options.items() if value is not None and value != ()}
    if given.get("outliers") == (NONE,):
        given["outliers"] = ()
    return given


def settings_of(options: dict[str, Any]) -> FitSettings:
    """The settings of the recipe that options name, with those given in place of its own. Raises BadInput."""
    overrides = given_only(options)
    return recipe(overrides.pop("recipe"), **overrides)


def _option(name: str, required: bool) -> Callable:
    declared = DECLARED[name]
    facts = declared.metadata
    words = NAMES.get(name, (f"--{name.replace('_', '-')}",))
    unit = f", {facts['unit']}" if facts["unit"] else ""
    if name == "recipe":
        return click.option(
            *words, name, type=click.Choice(list(RECIPES)), default="inkling", show_default=True, help=facts["help"]
        )
    if name in LISTS:
        shown = f"  [default: {' '.join(declared.default)}]" if declared.default else ""
        return click.option(*words, name, multiple=True, required=required, metavar=KINDS[name], help=f"{facts['help']}{shown}")
    kind = click.Choice(facts["choices"]) if facts["choices"] else _range(declared)
    shown = f"  [default: by recipe; inkling: {declared.default}]"
    return click.option(*words, name, type=kind, help=f"{facts['help']}{unit}{shown}")


def _range(declared) -> click.ParamType:
    if declared.type is str:
        return click.STRING
    kind = click.IntRange if declared.type is int else click.FloatRange
    return kind(declared.metadata["least"], declared.metadata["most"])
