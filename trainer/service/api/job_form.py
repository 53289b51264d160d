"""Parsing of job bodies: JSON -> fit settings, checked by the declarations that the command line uses."""

from reprlib import repr as short_repr
from typing import Any

from inkling.errors import InvalidInput
from trainer.recipes import recipe
from trainer.settings import LIST_SETTINGS, MUTABLE_SETTINGS, NO_OUTLIERS, SETTING_FIELDS, FitSettings

MAX_VALUES = 1_000
"""Numbers and strings in a body."""

MAX_NAME_LENGTH = 200
STATES = ("paused", "running", "stopped")


def to_integers(values: dict[str, Any]) -> dict[str, Any]:
    """Fit settings from JSON, which has one type of number: 128.0 is an integer. Values of other names are unchanged."""
    integers = {name for name, declared in SETTING_FIELDS.items() if declared.type is int}
    return {name: to_integer(value) if name in integers else value for name, value in values.items()}


def to_integer(value: Any) -> Any:
    """128.0 -> 128; other values are unchanged."""
    return int(value) if type(value) is float and value.is_integer() else value


def parse_job(body: dict[str, Any]) -> tuple[FitSettings, str | None]:
    """The settings of the recipe, overridden by the given ones, and the job's name or None. Raises InvalidInput."""
    given = to_integers(body)
    name = given.pop("name", None)
    if name is not None and not (isinstance(name, str) and 0 < len(name.strip()) <= MAX_NAME_LENGTH and name.isprintable()):
        raise InvalidInput(f"name must have 1 to {MAX_NAME_LENGTH} printable characters, not {short_repr(name):.40}.")
    for each in LIST_SETTINGS:
        if isinstance(given.get(each), str):
            given[each] = [given[each]]
        if isinstance(given.get(each), list):
            given[each] = tuple(given[each])
    if given.get("outliers") == (NO_OUTLIERS,):
        given["outliers"] = ()
    unknown = [each for each in given if each not in SETTING_FIELDS]
    if unknown:
        raise InvalidInput(f"Unknown setting {unknown[0]!r:.40}. Settings: name, {', '.join(SETTING_FIELDS)}.")
    chosen = given.pop("recipe", "inkling")
    settings = recipe(chosen if isinstance(chosen, str) else short_repr(chosen), **given)
    for each in LIST_SETTINGS:
        specs = getattr(settings, each)
        if len(set(specs)) < len(specs):
            raise InvalidInput(f"{each} names the same source twice.")
    return settings, name


def parse_job_update(body: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The settings to change and the new state or None. Raises InvalidInput."""
    allowed = (*MUTABLE_SETTINGS, "state")
    unknown = [each for each in body if each not in allowed]
    if unknown:
        raise InvalidInput(f"{unknown[0]!r:.40} cannot be changed. A job accepts {', '.join(allowed)}.")
    if not body:
        raise InvalidInput(f"The body is empty. A job accepts {', '.join(allowed)}.")
    values, state = to_integers(body), body.get("state")
    if "state" in values and values.pop("state") not in STATES:
        raise InvalidInput(f"state must be one of {', '.join(STATES)}, not {short_repr(state):.40}.")
    return values, state
