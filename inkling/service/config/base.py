"""Settings declared once: environment variables, CLI options and documentation tables are derived from the declaration."""

import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

from inkling.service.http.auth import ALL, CHANGES, is_loopback
from inkling.service.http.errors import InvalidSettings
from inkling.service.observability.log_format import LOG_FORMATS
from inkling.service.observability.request_log import OFF, ON

PREFIX = "INKLING_"

HOST_NAME = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]*:[0-9a-f:.]*")
"""A name or an address as in `urlsplit(url).hostname`."""

STRINGS = tuple[str, ...]
"""Type of a setting whose option may be repeated. Its environment variable separates the values by whitespace."""


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
    """A dataclass field with the metadata of a setting.

    default: a value, or a function that computes one and whose docstring describes it.
    secret: without CLI option; its value appears in no table, log or repr.
    prefix: of the environment variable, for settings that exist in several services with different values.
    """
    metadata = {"unit": unit, "help": help, "minimum": minimum, "maximum": maximum, "secret": secret, "prefix": prefix}
    if callable(default):
        return field(default_factory=default, metadata=metadata | {"default_text": default.__doc__})
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True)
class BaseSettings:
    """Base of a service's settings: a dataclass of `setting` fields. Raises InvalidSettings for invalid values."""

    if TYPE_CHECKING:  # declared by each service, in its own order
        host: str
        cors_origin: tuple[str, ...]
        token: str
        require_token: str
        allowed_host: tuple[str, ...]
        log_format: str
        request_log: str

    def __post_init__(self) -> None:
        for declared in fields(self):
            validate_field(declared, getattr(self, declared.name))
        for origin in self.cors_origin:
            check_origin("cors_origin", origin)
        if any(ord(character) <= 32 or ord(character) > 126 for character in self.token):
            raise InvalidSettings(f"{PREFIX}TOKEN must be printable ASCII without spaces.")
        for name in self.allowed_host:
            if not HOST_NAME.fullmatch(name):
                raise InvalidSettings(f"allowed_host: expected a lower-case name or address without a port, got {name!r:.60}.")
        check_choice("log_format", self.log_format, LOG_FORMATS)
        check_choice("request_log", self.request_log, (ON, OFF))
        check_choice("require_token", self.require_token, (CHANGES, ALL))
        if self.require_token == ALL and not self.token:
            raise InvalidSettings(f"require_token: all needs a token. Set {PREFIX}TOKEN.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **changes: Any) -> Self:
        """Settings from INKLING_… variables; `changes` take precedence."""
        declared = {each.name: each for each in fields(cls)}
        texts = {name: text for name, each in declared.items() if (text := environment.get(environment_variable(each)))}
        return cls(**{name: _parse(declared[name], text) for name, text in texts.items()} | changes)

    @property
    def is_loopback(self) -> bool:
        """Whether the service listens on a loopback address only."""
        return is_loopback(self.host)


def environment_variable(declared: Field[Any]) -> str:
    """The environment variable of a setting."""
    return str(declared.metadata.get("prefix", PREFIX)) + declared.name.upper()


def validate_field(declared: Field[Any], value: Any) -> None:
    """Raise InvalidSettings unless the value has its setting's type and lies within its bounds."""
    kind: Any = declared.type
    if kind == STRINGS:
        if not isinstance(value, tuple) or not all(isinstance(text, str) for text in value):
            raise InvalidSettings(f"{declared.name}: expected a tuple of strings, got {value!r:.40}.")
        return
    if type(value) is not kind:
        raise InvalidSettings(f"{declared.name}: expected {kind.__name__}, got {value!r:.40}.")
    if kind is int:
        minimum, maximum = declared.metadata.get("minimum", 1), declared.metadata.get("maximum")
        if value < minimum or (maximum is not None and value > maximum):
            bounds = f"at least {minimum}" if maximum is None else f"between {minimum} and {maximum}"
            raise InvalidSettings(f"{declared.name} must be {bounds} {declared.metadata['unit']}, got {value}.")


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise InvalidSettings unless the value is one of the choices."""
    if value not in choices:
        raise InvalidSettings(f"{name}: expected {', '.join(choices[:-1])} or {choices[-1]}, got {value!r:.40}.")


def check_origin(name: str, origin: str) -> None:
    """Raise InvalidSettings unless the text is scheme://host[:port], as browsers serialize an origin."""
    scheme, _, rest = origin.partition("://")
    if scheme not in ("http", "https") or not rest or rest != rest.lower() or set("/?#@, ") & set(rest):
        raise InvalidSettings(f"{name}: expected http://HOST[:PORT] or https://HOST[:PORT], got {origin!r:.60}.")


def default_text(declared: Field[Any]) -> str:
    """A setting's default for tables and `--help`."""
    if declared.default is MISSING:
        return str(declared.metadata["default_text"])
    if isinstance(declared.default, tuple):
        return " ".join(declared.default)
    return f"{declared.default:,}" if isinstance(declared.default, int) and declared.name != "port" else str(declared.default)


def markdown_table(settings: type[BaseSettings]) -> str:
    """A service's settings as a Markdown table, for the documentation."""
    rows = ["| Option | Environment variable | Default | Unit | Description |", "|---|---|---|---|---|"]
    for declared in fields(settings):
        option = "–" if declared.metadata.get("secret") else f"`--{declared.name.replace('_', '-')}`"
        default = default_text(declared) or "–"
        description = declared.metadata["help"].replace("|", "\\|")
        variable = environment_variable(declared)
        rows.append(f"| {option} | `{variable}` | {default} | {declared.metadata['unit']} | {description} |")
    return "\n".join(rows) + "\n"


def _parse(declared: Field[Any], text: str) -> Any:
    if declared.type == STRINGS:
        return tuple(text.split())
    if declared.type is not int:
        return text
    try:
        return int(text)
    except ValueError as error:
        raise InvalidSettings(f"{environment_variable(declared)}: expected an integer, got {text!r:.40}.") from error
