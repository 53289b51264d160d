"""Settings: each declared once. Environment variables, the options of `server run` and the README's table come from here."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from server.errors import BadSettings
from server.inference.limits import MEBI, Limits, limit

PREFIX = "INKLING_"


def setting(default: Any, unit: str, help: str, *, minimum: int = 1, maximum: int | None = None, secret: bool = False) -> Any:
    """A dataclass field as `limit` makes it. A secret has no option, and is in no table, log or repr with its value."""
    metadata = {"unit": unit, "help": help, "minimum": minimum, "maximum": maximum, "secret": secret}
    if callable(default):
        return field(default_factory=default, metadata=metadata | {"shown": default.__doc__})
    return field(default=default, metadata=metadata, repr=not secret)


def _cores() -> int:
    """number of cores"""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _default_store() -> str:
    """SQLite in the user's state folder"""
    return f"sqlite:///{user_state_path('inkling') / 'store.db'}"


@dataclass(frozen=True)
class Settings(Limits):
    """All that can be set about the server. Raises BadSettings for values that make no sense."""

    host: str = setting("127.0.0.1", "address", "to listen at; beyond loopback, what changes state needs the token")
    port: int = setting(8000, "port", "to listen at; 0 takes a free one", minimum=0, maximum=65_535)
    models: str = setting("models", "folder", "of the ONNX files to serve, each under its name without `.onnx`")
    model: str = setting("digits", "name", "of the model that answers where a request names none")
    store: str = setting(_default_store, "URL", "of the database for reports: `sqlite:///FILE` or `postgresql://…`")
    trainer: str = setting("", "URL", "of the trainer service; empty where there is none")
    token: str = setting("", "text", "that whatever changes state must carry as its bearer token", secret=True)

    workers: int = setting(_cores, "processes", "that answer; each holds its own copy of every model, about 100 MB in all")
    threads: int = setting(
        3, "threads", "a process, beside the one for small pictures and health; all but one of them may run /evaluate at once"
    )
    max_connections: int = setting(
        1_000, "connections", "open at once, a process; slow clients cost a few kB each, and Linux allows 1,024 open files"
    )
    idle_timeout: int = setting(10, "seconds", "of silence after which a connection closes; phones stall for less")
    receive_timeout: int = setting(
        120, "seconds", "for a request to arrive in full; 128 MiB take 107 s at 10 Mbit/s, and slower senders hold a place"
    )
    graceful_timeout: int = setting(30, "seconds", "that requests in flight get to finish when the server stops")

    max_header_bytes: int = limit(32_768, "bytes", "a request's first line and headers; browsers send under 2 kB")
    max_predict_bytes: int = limit(
        32 * MEBI, "bytes", "the body of /predict or /read; a 12-megapixel photograph takes 4 to 16 MB, a third more as base64"
    )
    max_predict_values: int = limit(
        1_000_000,
        "values",
        "numbers in the JSON of /predict or /read; 256 images of 28×28 hold 200,000, and each may cost 64 bytes",
    )
    max_evaluate_bytes: int = limit(
        128 * MEBI, "bytes", "the body of /evaluate; MNIST's 70,000 images take 55 MB as IDX, 60,000 as CSV 110 MB"
    )
    max_evaluate_values: int = limit(
        8_000_000, "values", "numbers in the JSON of /evaluate; 10,000 images of 28×28 hold 7.8 million; more fit as IDX"
    )
    max_reports: int = limit(10_000, "reports", "kept; the oldest go. A report takes 5 to 50 kB")

    def __post_init__(self) -> None:
        for declared in fields(self):
            check(declared, getattr(self, declared.name))
        if any(ord(character) <= 32 or ord(character) > 126 for character in self.token):
            raise BadSettings(f"Expected {PREFIX}TOKEN of printable ASCII without blanks. Received something else.")
        if self.trainer and not self.trainer.startswith(("http://", "https://")):
            raise BadSettings(f"Expected trainer as http://… or https://…. Received {self.trainer!r:.60}.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **changes: Any) -> "Settings":
        """Settings of the INKLING_… variables, and of `changes`, which win."""
        names = [declared.name for declared in fields(cls)]
        given = {name: environment[variable(name)] for name in names if environment.get(variable(name))}
        return cls(**{name: _convert(name, text) for name, text in given.items()} | changes)

    @property
    def models_folder(self) -> Path:
        return Path(self.models)

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False  # a name: somebody may resolve it elsewhere


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def check(declared: Field, value: Any) -> None:
    """Raise BadSettings unless the value is of its setting's type and between its bounds."""
    kind = declared.type
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
    return f"{declared.default:,}" if isinstance(declared.default, int) and declared.name != "port" else str(declared.default)


def settings_table() -> str:
    """The README's table of settings, as Markdown."""
    rows = ["| Option | Environment | Default | Unit | What |", "|---|---|---|---|---|"]
    for declared in fields(Settings):
        option = "–" if declared.metadata.get("secret") else f"`--{declared.name.replace('_', '-')}`"
        shown = default_text(declared) or "–"
        what = declared.metadata["help"].replace("|", "\\|")
        rows.append(f"| {option} | `{variable(declared.name)}` | {shown} | {declared.metadata['unit']} | {what} |")
    return "\n".join(rows) + "\n"


def _convert(name: str, text: str) -> Any:
    kind = next(declared.type for declared in fields(Settings) if declared.name == name)
    if kind is not int:
        return text
    try:
        return int(text)
    except ValueError as error:
        raise BadSettings(f"Expected {variable(name)} as a whole number. Received {text!r:.40}.") from error
