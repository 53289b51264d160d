"""The form of a job: a JSON body becomes fit settings, checked by the declarations that the command line uses."""

from typing import Any

from inkling.errors import InvalidInput
from trainer.recipes import recipe
from trainer.settings import LIST_SETTINGS, MUTABLE_SETTINGS, NO_OUTLIERS, SETTING_FIELDS, FitSettings

LONGEST_NAME = 200
STATES = ("paused", "running", "stopped")


def read_job(body: dict[str, Any]) -> tuple[FitSettings, str | None]:
    """The settings of a recipe with those given in place of its own, and the job's name. Raises BadInput."""
    given = dict(body)
    name = given.pop("name", None)
    if name is not None and not (isinstance(name, str) and 0 < len(name.strip()) <= LONGEST_NAME and name.isprintable()):
        raise InvalidInput(f"Expected name of 1 to {LONGEST_NAME} printable characters. Received {name!r:.40}.")
    for each in LIST_SETTINGS:
        if isinstance(given.get(each), str):
            given[each] = [given[each]]
        if isinstance(given.get(each), list):
            given[each] = tuple(given[each])
    if given.get("outliers") == (NO_OUTLIERS,):
        given["outliers"] = ()
    unknown = [each for each in given if each not in SETTING_FIELDS]
    if unknown:
        raise InvalidInput(f"Expected name, or one of the settings {', '.join(SETTING_FIELDS)}. Received {unknown[0]!r:.40}.")
    chosen = given.pop("recipe", "inkling")
    return recipe(chosen if isinstance(chosen, str) else repr(chosen), **given), name


def read_change(body: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """What is to be changed of a job: values of settings, and the state that it is to be in. Raises BadInput."""
    unknown = [each for each in body if each not in (*MUTABLE_SETTINGS, "state")]
    if unknown or not body:
        expected = f"{', '.join(MUTABLE_SETTINGS)} or state"
        raise InvalidInput(f"Expected {expected}. Received {f'{unknown[0]!r:.40}' if unknown else 'an empty object'}.")
    values, state = dict(body), body.get("state")
    if "state" in values and values.pop("state") not in STATES:
        raise InvalidInput(f"Expected state as one of {', '.join(STATES)}. Received {state!r:.40}.")
    return values, state
