"""Query parameters."""

from collections.abc import Mapping, Sequence

from flask import Request

from inkling.errors import InvalidInput


def read_query(request: Request, *names: str) -> dict[str, str]:
    """The query parameters. Raises InvalidInput for a parameter that is not in `names` or is repeated."""
    query: dict[str, str] = {}
    if not request.query_string:
        return query
    for name, values in request.args.lists():
        if name not in names:
            allowed = f"Allowed: {', '.join(names)}." if names else "This endpoint has none."
            raise InvalidInput(f"Unknown query parameter {name!r:.40}. {allowed}")
        if len(values) > 1:
            raise InvalidInput(f"The query parameter {name} is repeated.")
        query[name] = values[0]
    return query


def parse_choice(name: str, value: str | None, choices: Sequence[str]) -> str | None:
    """The value if it is one of the choices; None stays None. Raises InvalidInput."""
    if value is not None and value not in choices:
        raise InvalidInput(f"{name}: expected one of {', '.join(choices)}, got {value!r:.40}.")
    return value


def parse_choices(name: str, value: str | None, choices: Sequence[str]) -> list[str]:
    """Comma-separated choices, each at most once; [] for None. Raises InvalidInput."""
    chosen = [] if value is None else value.split(",")
    if not set(chosen) <= set(choices) or len(set(chosen)) < len(chosen):
        raise InvalidInput(f"{name}: expected a comma-separated list of {', '.join(choices)}, got {value!r:.40}.")
    return chosen


def parse_int(name: str, value: str, minimum: int, maximum: int) -> int:
    """An integer between two bounds. Raises InvalidInput."""
    if value.isascii() and value.isdigit() and len(value) < 10 and minimum <= int(value) <= maximum:
        return int(value)
    raise InvalidInput(f"{name}: expected an integer between {minimum} and {maximum}, got {value!r:.40}.")


def parse_limit(query: Mapping[str, str], default: int, maximum: int) -> int:
    """The parameter `limit` of a list endpoint, from 1 to `maximum`; `default` if it is missing. Raises InvalidInput."""
    return parse_int("limit", query["limit"], 1, maximum) if "limit" in query else default
