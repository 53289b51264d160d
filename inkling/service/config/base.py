"""Declared settings: each with default, unit and help. Environment variables, options and README tables come from here."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Self

from inkling.service.http.errors import BadSettings

PREFIX = "INKLING_"

TEXTS = tuple[str, ...]
"""The type of a setting whose option repeats; its environment variable parts the values by blanks."""


def setting(
    default: Any,
    unit: str,
    help: str,
    *,
    minimum: int = 1,
    maximum: int | None = None,
    secret: bool = False,
    prefix: str = PREFIX,
) -> Any:
    """A dataclass field as `limit` makes it. A secret has no option, and is in no table, log or repr with its value.

    prefix: of its environment variable, where several services have a setting of that name, each for itself.
    """
    metadata = {"unit": unit, "help": help, "minimum": minimum, "maximum": maximum, "secret": secret, "prefix": prefix}
    if callable(default):
        return field(default_factory=default, metadata=metadata | {"shown": default.__doc__})
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True)
class Declared:
    """Settings of a service: a base for a dataclass of `setting`s. Raises BadSettings for values that make no sense."""

    def __post_init__(self) -> None:
        for declared in fields(self):
            check(declared, getattr(self, declared.name))
        for address in self.origin:
            check_address("origin", address)
        if any(ord(character) <= 32 or ord(character) > 126 for character in self.token):
            raise BadSettings(f"Expected {PREFIX}TOKEN of printable ASCII without blanks. Received something else.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **changes: Any) -> Self:
        """Settings of the INKLING_… variables, and of `changes`, which win."""
        known = {declared.name: declared for declared in fields(cls)}
        given = {name: text for name, each in known.items() if (text := environment.get(variable(each)))}
        return cls(**{name: _convert(known[name], text) for name, text in given.items()} | changes)

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False  # a name: somebody may resolve it elsewhere


def variable(declared: Field) -> str:
    """The environment variable of a setting."""
    return declared.metadata.get("prefix", PREFIX) + declared.name.upper()


def check(declared: Field, value: Any) -> None:
    """Raise BadSettings unless the value is of its setting's type and between its bounds."""
    kind = declared.type
    if kind == TEXTS:
        if not isinstance(value, tuple) or not all(isinstance(text, str) for text in value):
            raise BadSettings(f"Expected {declared.name} as a tuple of text. Received {value!r:.40}.")
        return
    if type(value) is not kind:
        raise BadSettings(f"Expected {declared.name} as {kind.__name__}. Received {value!r:.40}.")
    if kind is int:
        least, most = declared.metadata.get("minimum", 1), declared.metadata.get("maximum")
        if value < least or (most is not None and value > most):
            bounds = f"at least {least}" if most is None else f"between {least} and {most}"
            raise BadSettings(f"Expected {declared.name} of {bounds} {declared.metadata['unit']}. Received {value}.")


def default_text(declared: Field) -> str:
    """A setting's default as tables and `--help` show it."""
    if declared.default is MISSING:
        return declared.metadata["shown"]
    if isinstance(declared.default, tuple):
        return " ".join(declared.default)
    return f"{declared.default:,}" if isinstance(declared.default, int) and declared.name != "port" else str(declared.default)


def table_of(settings: type[Declared]) -> str:
    """The README's table of a service's settings, as Markdown."""
    rows = ["| Option | Environment | Default | Unit | What |", "|---|---|---|---|---|"]
    for declared in fields(settings):
        option = "–" if declared.metadata.get("secret") else f"`--{declared.name.replace('_', '-')}`"
        shown = default_text(declared) or "–"
        what = declared.metadata["help"].replace("|", "\\|")
        rows.append(f"| {option} | `{variable(declared)}` | {shown} | {declared.metadata['unit']} | {what} |")
    return "\n".join(rows) + "\n"


def check_address(name: str, address: str) -> None:
    """Raise BadSettings unless the text is scheme://host[:port] and nothing more, as browsers name an origin."""
    scheme, _, rest = address.partition("://")
    if scheme not in ("http", "https") or not rest or rest != rest.lower() or set("/?#@, ") & set(rest):
        raise BadSettings(f"Expected {name} as http://HOST[:PORT] or https://HOST[:PORT]. Received {address!r:.60}.")


def _convert(declared: Field, text: str) -> Any:
    if declared.type == TEXTS:
        return tuple(text.split())
    if declared.type is not int:
        return text
    try:
        return int(text)
    except ValueError as error:
        raise BadSettings(f"Expected {variable(declared)} as a whole number. Received {text!r:.40}.") from error
