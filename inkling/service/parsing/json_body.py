"""A JSON body, with its size in memory bounded before it is built."""

from typing import Any

import orjson
from flask import Request

from inkling.errors import BadInput, TooLarge
from inkling.service.http.errors import BadJson


def read_json_object(request: Request, max_values: int) -> dict[str, Any]:
    """The body as a dict. Raises BadJson, TooLarge, or BadInput where the JSON is no object.

    Every value but the last of its list is followed by a comma, so that commas bound how many there are.
    """
    data = request.get_data(cache=False)
    if data.count(b",") > max_values:
        raise TooLarge(f"Expected at most {max_values:,} values in the JSON. Received more.")
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:  # also for NaN, for broken UTF-8 and for more than 1,024 levels
        what = str(error) if data else "an empty body"
        raise BadJson(f"Expected a body of JSON. Received {what[:100]}.") from error
    if not isinstance(body, dict):
        raise BadInput(f"Expected a JSON object. Received {json_kind(body)}.")
    return body


def json_kind(value: Any) -> str:
    """What JSON calls a value, with its article."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
