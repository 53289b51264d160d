"""Query parameters: only those that a route names, each once."""

from collections.abc import Sequence

from flask import Request

from inkling.errors import BadInput


def read_query(request: Request, *names: str) -> dict[str, str]:
    """The query as a dict. Raises BadInput for a parameter that is not among `names` or stands there twice."""
    query: dict[str, str] = {}
    if not request.query_string:
        return query
    for name, values in request.args.lists():
        if name not in names:
            expected = f"only the query parameters {', '.join(names)}" if names else "no query parameters"
            raise BadInput(f"Expected {expected}. Received {name!r:.40}.")
        if len(values) > 1:
            raise BadInput(f"Expected {name} once. Received it {len(values)} times.")
        query[name] = values[0]
    return query


def one_of(name: str, value: str | None, choices: Sequence[str]) -> str | None:
    """The value, where it is one of the choices or None. Raises BadInput."""
    if value is not None and value not in choices:
        raise BadInput(f"Expected {name} as one of {', '.join(choices)}. Received {value!r:.40}.")
    return value


def some_of(name: str, value: str | None, choices: Sequence[str]) -> list[str]:
    """The choices that a value names, with commas between; none where it is None. Raises BadInput, also for one named twice."""
    chosen = [] if value is None else value.split(",")
    if not set(chosen) <= set(choices) or len(set(chosen)) < len(chosen):
        raise BadInput(f"Expected {name} as some of {', '.join(choices)}, with commas between. Received {value!r:.40}.")
    return chosen


def whole_number(name: str, value: str, least: int, most: int) -> int:
    """The value as an int between bounds. Raises BadInput."""
    if value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most:
        return int(value)
    raise BadInput(f"Expected {name} as a whole number between {least} and {most}. Received {value!r:.40}.")
