"""Config files: fit settings as TOML. `trainer fit --config` reads them, and every run folder has one."""

import difflib
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from inkling.errors import InvalidInput
from trainer.recipes import RECIPES
from trainer.settings import LIST_SETTINGS, NO_OUTLIERS, SETTING_FIELDS, FitSettings, grouped_settings, validate_setting

CONFIG_FILE = "config.toml"
"""Name of the config file in a run folder."""

MAX_LISTED = 10
"""Names in a message that already suggests one."""


def read_config(path: Path) -> dict[str, Any]:
    """Read the settings in a config file, at most also `recipe`. Names may be written with "-" instead of "_".

    Raises InvalidInput with the name of the file, the key and what is accepted.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InvalidInput(f"Can't read {path}: {error.strerror}.") from error
    except ValueError as error:  # a syntax error, or not UTF-8
        raise InvalidInput(f"{path} isn't valid TOML: {error}.") from error
    except RecursionError as error:
        raise InvalidInput(f"{path} isn't a config file: its lists or tables are nested too deeply.") from error
    settings: dict[str, Any] = {}
    for key, value in given.items():
        name = key.replace("-", "_")
        if name not in SETTING_FIELDS:
            raise InvalidInput(f"{path}: There is no setting {key!r:.60}. {_suggest(name, SETTING_FIELDS, 'Settings')}")
        if name in settings:
            raise InvalidInput(f"{path}: {name} is given twice.")
        settings[name] = _parse(path, name, value)
    return settings


def format_config(settings: FitSettings) -> str:
    """Return a config file with all settings, each after its help text."""
    lines = ["# Settings for: trainer fit --config FILE.toml. Relative paths start at the working directory."]
    for group, names in grouped_settings().items():
        lines += ["", f"## {group}"]
        for name in names:
            lines += [f"# {SETTING_FIELDS[name].metadata['help']}", f"{name} = {_format(getattr(settings, name))}"]
    return "\n".join(lines) + "\n"


def _parse(path: Path, name: str, value: Any) -> Any:
    """Return the value of a setting. Raises InvalidInput if it isn't accepted."""
    if name in LIST_SETTINGS:
        values = [value] if isinstance(value, str) else value
        value = tuple(values) if isinstance(values, list) else values
        if name == "outliers" and value == (NO_OUTLIERS,):
            value = ()
    choices = RECIPES if name == "recipe" else SETTING_FIELDS[name].metadata["choices"]
    if choices and value not in list(choices):
        raise InvalidInput(f"{path}: {name} can't be {value!r:.60}. {_suggest(str(value), choices, 'Allowed')}")
    try:
        validate_setting(name, value)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error}") from error
    return value


def _suggest(given: str, known: Iterable[str], title: str) -> str:
    """Return a sentence with the closest name, if there is one, and with all names, if they are few or none is close."""
    names = list(known)
    closest = difflib.get_close_matches(given, names, 1)
    sentences = [f"Did you mean {closest[0]}?"] if closest else []
    if not closest or len(names) <= MAX_LISTED:
        sentences.append(f"{title}: {', '.join(names)}.")
    return " ".join(sentences)


def _format(value: Any) -> str:
    """Return a setting's value as TOML."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_format, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # a basic string of TOML, but for DEL
    return repr(value)
