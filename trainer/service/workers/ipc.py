"""Frames: what the service and its child processes say to each other through pipes.

A frame is a line of JSON, {"bytes": n, …}, and after it the n bytes that it announces, where it does.
"""

from typing import IO, Any

import orjson

BYTES = "bytes"


def write_message(stream: IO[bytes], said: dict[str, Any], body: bytes = b"") -> None:
    """Write a frame; whoever shares the stream with others holds a lock."""
    stream.write(orjson.dumps(said | ({BYTES: len(body)} if body else {})) + b"\n" + body)
    stream.flush()


def read_message(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next frame and its body; None where the other side is gone."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    said = orjson.loads(line)
    size = said.pop(BYTES, 0)
    body = stream.read(size) if size else b""
    return (said, body) if len(body) == size else None
