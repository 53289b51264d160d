"""JSON as the server writes it: compact, arrays as they are, keys in the order that the code gives them."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

MEDIA_TYPE = "application/json"

DIGITS = 6
"""Decimal places of probabilities: float32 holds hardly more, and a long tail of digits doubles the answer's size."""


def dumps(value: Any) -> bytes:
    """Encode as JSON. numpy arrays must be contiguous; float32 takes the shortest text that reads back as itself."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


class OrjsonProvider(JSONProvider):
    """Flask's way in and out of JSON, through orjson."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return Response(dumps(self._prepare_response_obj(args, kwargs)), content_type=MEDIA_TYPE)
