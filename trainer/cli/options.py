"""CLI options for the fit settings, generated from their declarations; shared by all commands that fit."""

from collections.abc import Callable
from dataclasses import Field
from pathlib import Path
from typing import Any

import click

from trainer.cli.completion import complete_data, complete_outliers, complete_runs
from trainer.cli.option_groups import GroupedOption
from trainer.config_file import read_config
from trainer.recipes import DEFAULT_RECIPE, RECIPES, recipe
from trainer.settings import LIST_SETTINGS, NO_OUTLIERS, RECIPE, SETTING_FIELDS, FitSettings, grouped_settings, option_name

METAVARS = {"data": "SPEC", "outliers": "SPEC", "teachers": "RUN"}
COMPLETIONS = {"data": complete_data, "outliers": complete_outliers, "teachers": complete_runs}

config_option = click.option(
    "--config",
    cls=GroupedOption,
    group=RECIPE,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.toml",
    help="Read settings from a file; options on the command line take precedence. Every run folder has a config.toml.",
)


def setting_options(*without: str) -> Callable:
    """Decorate a command with --config and an option per fit setting except some."""

    def decorate(command: Callable) -> Callable:
        for names in reversed(grouped_settings().values()):
            for name in reversed(names):
                if name not in without:
                    command = _option(name)(command)
        return config_option(command)

    return decorate


def explicit_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that were given: those of the command line before those of --config."""
    return config_settings(options) | command_line_settings(options)


def command_line_settings(options: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that were given as options: those that are neither None nor an empty tuple."""
    given = {name: value for name, value in options.items() if name != "config" and value is not None and value != ()}
    if given.get("outliers") == (NO_OUTLIERS,):
        given["outliers"] = ()
    return given


def config_settings(options: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of the file that was given with --config. Raises InvalidInput."""
    return read_config(options["config"]) if options.get("config") else {}


def settings_from_options(options: dict[str, Any]) -> FitSettings:
    """Return the settings of the given recipe with the given options as overrides. Raises InvalidInput."""
    overrides = explicit_options(options)
    return recipe(overrides.pop("recipe", DEFAULT_RECIPE), **overrides)


def _option(name: str) -> Callable:
    declared = SETTING_FIELDS[name]
    facts = declared.metadata
    unit = f", in {facts['unit']}" if facts["unit"] and facts["unit"] not in facts["help"] else ""
    default = DEFAULT_RECIPE if name == "recipe" else describe_defaults(name)
    kind: Any = click.STRING
    if name == "recipe":
        kind = click.Choice(list(RECIPES))
    elif name not in LIST_SETTINGS:
        kind = click.Choice(facts["choices"]) if facts["choices"] else _param_type(declared)
    return click.option(
        option_name(name),
        name,
        cls=GroupedOption,
        group=facts["group"],
        type=kind,
        multiple=name in LIST_SETTINGS,
        metavar=METAVARS.get(name),
        shell_complete=COMPLETIONS.get(name),
        help=f"{facts['help']}{unit}" + (f"  [default: {default}]" if default else ""),
    )


def describe_defaults(name: str) -> str:
    """Return the default of a setting, by recipe if they differ: "inkling 60; tfjs, convnetjs 10; perceptron 5"."""
    recipes: dict[str, list[str]] = {}
    for each in RECIPES:
        value = getattr(recipe(each), name)
        text = " ".join(value) if isinstance(value, tuple) else f"{value}"
        recipes.setdefault(text, []).append(each)
    if all(names == [text] for text, names in recipes.items()):
        return "the recipe's name"
    if len(recipes) == 1:
        return next(iter(recipes))
    return "; ".join(f"{', '.join(names)} {value or 'none'}" for value, names in recipes.items())


def _param_type(declared: Field[Any]) -> click.ParamType:
    if declared.type is str:
        return click.STRING
    kind = click.IntRange if declared.type is int else click.FloatRange
    return kind(declared.metadata["minimum"], declared.metadata["maximum"])
