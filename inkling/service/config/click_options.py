"""Options of a command, made from the declared settings of a service."""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields

import click

from inkling.service.config.base import TEXTS, Declared, default_text, variable


def setting_options(settings: type[Declared]) -> Callable:
    """A decorator: an option for every setting that is no secret."""

    def decorate(command: Callable) -> Callable:
        for declared in reversed(fields(settings)):
            if not declared.metadata.get("secret"):
                command = _option(declared)(command)
        return command

    return decorate


def _option(declared: Field) -> Callable:
    kind = click.STRING
    if declared.type is int:
        kind = click.IntRange(declared.metadata.get("minimum", 1), declared.metadata.get("maximum"))
    return click.option(
        f"--{declared.name.replace('_', '-')}",
        declared.name,
        type=kind,
        multiple=declared.type == TEXTS,
        default=declared.default if declared.default is not MISSING else declared.default_factory,
        show_default=default_text(declared) or False,
        envvar=variable(declared),
        show_envvar=True,
        metavar=declared.metadata["unit"].upper(),
        help=declared.metadata["help"],
    )
