"""The form of a publish: the name of the model."""

from flask import Request

from inkling.errors import InvalidInput
from inkling.service.parsing.json_body import json_type_name, read_json_object

MOST_VALUES = 10


def read_publish(request: Request) -> str:
    """The name under which a model is to be published. Whether it is one, the export says first. Raises BadInput."""
    body = read_json_object(request, MOST_VALUES)
    if body.keys() != {"name"} or not isinstance(body["name"], str):
        given = ", ".join(f"{key!r:.40} as {json_type_name(value)}" for key, value in list(body.items())[:MOST_VALUES])
        raise InvalidInput(f"Expected name as a string, and nothing else. Received {given or 'an empty object'}.")
    return body["name"]
