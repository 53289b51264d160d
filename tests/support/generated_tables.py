"""Tables of docs/ that are generated from the code. `python -m tests.support.generated_tables` writes them into the pages."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

import inkling
import server
import trainer.errors
import trainer.service.errors
import trainer.store.errors
from inkling.errors import InklingError
from inkling.service.openapi.errors import NOT_SENT
from server.settings import settings_table
from trainer.service.api.openapi.document import NOT_SENT as TRAINER_NOT_SENT
from trainer.service.api.openapi.document import TASK_CODES
from trainer.service.settings import service_settings_table
from trainer.settings_table import settings_table as fit_settings_table

DOCS = Path(__file__).parents[2] / "docs"

HTTP_ERRORS = {
    "not_found": (404, "There is no such endpoint."),
    "method_not_allowed": (405, "The endpoint does not allow this method."),
    "request_header_fields_too_large": (431, "The request line and headers exceed the limit."),
    "not_implemented": (501, "The Transfer-Encoding is not supported."),
    "internal_error": (500, "An error of the server. The log has the details."),
}
"""Codes without a class."""


def error_table() -> str:
    """The error codes of the inference service as a Markdown table, by status."""
    errors = {each.code: (each.status, (each.__doc__ or "").split("\n")[0]) for each in _error_classes()} | HTTP_ERRORS
    rows = sorted((status, code, meaning) for code, (status, meaning) in errors.items() if code not in NOT_SENT)
    lines = [f"| {status} | `{code}` | {meaning} |" for status, code, meaning in rows]
    return "\n".join(["| Status | Code | Meaning |", "|---|---|---|", *lines]) + "\n"


def trainer_error_table() -> str:
    """The error codes that only the trainer service sends, by status."""
    modules = (trainer.errors, trainer.service.errors, trainer.store.errors)
    classes = [
        each for module in modules for each in vars(module).values() if getattr(each, "__module__", "") == module.__name__
    ]
    errors = {each.code: (each.status, (each.__doc__ or "").split("\n")[0]) for each in classes}
    errors |= {code: (status, meaning) for (status, code), meaning in TASK_CODES.items()}
    rows = sorted(
        (status, code, meaning) for code, (status, meaning) in errors.items() if code not in {*NOT_SENT, *TRAINER_NOT_SENT}
    )
    lines = [f"| {status} | `{code}` | {meaning} |" for status, code, meaning in rows]
    return "\n".join(["| Status | Code | Meaning |", "|---|---|---|", *lines]) + "\n"


def _error_classes() -> Iterator[type[InklingError]]:
    for package in (inkling, server):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    classes = [InklingError]
    for each in classes:
        classes += each.__subclasses__()
    yield from (each for each in classes if each.__module__.partition(".")[0] in ("inkling", "server"))


TABLES: dict[tuple[str, str], Callable[[], str]] = {
    ("configuration.md", "server-settings"): settings_table,
    ("configuration.md", "trainer-settings"): service_settings_table,
    ("http-api.md", "errors"): error_table,
    ("trainer-service.md", "errors"): trainer_error_table,
    ("trainer-cli.md", "fit-settings"): fit_settings_table,
}
"""Page and marker -> the table between `<!-- marker:begin -->` and `<!-- marker:end -->`."""


def main() -> None:
    """Write all tables."""
    for (page, marker), table in TABLES.items():
        path = DOCS / page
        head, rest = path.read_text("utf-8").split(f"<!-- {marker}:begin -->")
        tail = rest.split(f"<!-- {marker}:end -->")[1]
        path.write_text(f"{head}<!-- {marker}:begin -->\n{table()}<!-- {marker}:end -->{tail}", "utf-8")


if __name__ == "__main__":
    main()
