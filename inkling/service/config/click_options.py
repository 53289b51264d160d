"""Click options generated from a service's settings."""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

import click

from inkling.service.config.base import STRINGS, BaseSettings, default_text, environment_variable

Command = TypeVar("Command", bound=Callable[..., Any])


def setting_options(settings: type[BaseSettings]) -> Callable[[Command], Command]:
    """A decorator that adds an option for every setting that is not secret."""

    def decorate(command: Command) -> Command:
        for declared in reversed(fields(settings)):
            if not declared.metadata.get("secret"):
                command = _option(declared)(command)
        return command

    return decorate


def _option(declared: Field[Any]) -> Callable[[Command], Command]:
    kind: click.ParamType[Any] = click.STRING
    if declared.type is int:
        kind = click.IntRange(declared.metadata.get("minimum", 1), declared.metadata.get("maximum"))
    return click.option(
        f"--{declared.name.replace('_', '-')}",
        declared.name,
        type=kind,
        multiple=declared.type == STRINGS,
        default=declared.default if declared.default is not MISSING else declared.default_factory,
        show_default=default_text(declared) or False,
        envvar=environment_variable(declared),
        show_envvar=True,
        metavar=declared.metadata["unit"].upper(),
        help=declared.metadata["help"],
    )
