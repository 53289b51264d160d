"""JSON through orjson: compact, with numpy arrays, keys in insertion order."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

JSON_MEDIA_TYPE = "application/json"


def dumps(value: Any) -> bytes:
    """Encode as JSON. numpy arrays must be C-contiguous; float32 is written with the fewest digits that round-trip."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


class OrjsonProvider(JSONProvider):
    """Flask's JSON provider, on orjson."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return Response(dumps(self._prepare_response_obj(args, kwargs)), content_type=JSON_MEDIA_TYPE)
