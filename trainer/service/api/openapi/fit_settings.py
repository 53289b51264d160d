"""The schemas of fit settings, from their declarations."""

from typing import Any

from inkling.service.openapi.schemas import Schema, array_schema, nullable, object_schema
from trainer.recipes import RECIPES
from trainer.service.api.job_form import MAX_NAME_LENGTH, STATES
from trainer.service.lessons.lesson_fit import FIXED_SETTINGS
from trainer.settings import LIST_SETTINGS, MUTABLE_SETTINGS, SETTING_FIELDS

NAME: Schema = {
    "type": "string",
    "format": "printable",
    "minLength": 1,
    "maxLength": MAX_NAME_LENGTH,
    "description": "Printable characters, not only spaces.",
}
SPEC: Schema = {"type": "string", "minLength": 1}


def setting_schema(name: str) -> Schema:
    """A setting as a client sends it. Lists of one source may be sent as a string."""
    declared = SETTING_FIELDS[name]
    facts = declared.metadata
    described: Schema = {"description": facts["help"]}
    if name in LIST_SETTINGS:
        sources = array_schema(SPEC, uniqueItems=True, minItems=1 if name == "data" else 0)
        return {"oneOf": [SPEC, sources]} | described
    choices = tuple(RECIPES) if name == "recipe" else facts["choices"]
    if choices:
        return {"type": "string", "enum": list(choices)} | described
    if declared.type is str:
        return {"type": "string", "format": name} | described
    bounds = {name: facts[name] for name in ("minimum", "maximum")}
    return {"type": "integer" if declared.type is int else "number"} | bounds | described


def stored_setting_schema(name: str) -> Schema:
    """A setting as the service returns it."""
    return array_schema(SPEC) if name in LIST_SETTINGS else setting_schema(name)


def schemas() -> dict[str, Schema]:
    """The named schemas of fit settings."""
    given: dict[str, Any] = {name: setting_schema(name) for name in SETTING_FIELDS}
    of_lesson = {name: schema for name, schema in given.items() if name not in FIXED_SETTINGS}
    changes = {name: given[name] for name in MUTABLE_SETTINGS} | {"state": {"type": "string", "enum": list(STATES)}}
    return {
        "FitSettings": object_schema({name: stored_setting_schema(name) for name in SETTING_FIELDS}),
        "JobRequest": object_schema({"name": nullable(NAME)} | given, optional=("name", *given)),
        "LessonFitRequest": object_schema(of_lesson, optional=tuple(of_lesson)),
        "JobUpdate": object_schema(changes, optional=tuple(changes), minProperties=1),
    }
