"""JSON bodies, bounded in memory before they are parsed."""

from typing import Any

import orjson
from flask import Request

from inkling.errors import InvalidInput, TooLarge
from inkling.service.http.errors import InvalidJson


def read_json_object(request: Request, max_values: int) -> dict[str, Any]:
    """Parse the body as a JSON object. Raises the errors of `parse_json_object`."""
    return parse_json_object(request.get_data(cache=False), max_values)


def parse_json_object(data: bytes, max_values: int) -> dict[str, Any]:
    """Parse a JSON object. Raises InvalidJson, TooLarge, or InvalidInput for other JSON types.

    The number of commas bounds the number of values: each value but the last of an array or object is followed by one.
    """
    if data.count(b",") > max_values:
        raise TooLarge(f"The JSON has more than {max_values:,} values.")
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:  # also for NaN, invalid UTF-8 and more than 1,024 levels
        raise InvalidJson(f"Invalid JSON: {str(error)[:100] if data else 'the body is empty'}.") from error
    if not isinstance(body, dict):
        raise InvalidInput(f"Expected a JSON object, got {json_type_name(body)}.")
    return body


def json_type_name(value: Any) -> str:
    """The JSON type of a value, with its article."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
