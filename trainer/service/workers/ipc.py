"""Messages between the service and its worker processes, over pipes.

A message is one line of JSON. If it has the key "bytes", that many bytes of body follow the line.
"""

from typing import IO, Any

import orjson

Message = dict[str, Any]

BODY_SIZE = "bytes"


def write_message(stream: IO[bytes], message: Message, body: bytes = b"") -> None:
    """Write a message with its body. Threads that share the stream must hold a lock."""
    stream.write(orjson.dumps(message | ({BODY_SIZE: len(body)} if body else {})) + b"\n" + body)
    stream.flush()


def read_message(stream: IO[bytes]) -> tuple[Message, bytes] | None:
    """Read the next message and its body; None if the other side has closed the pipe."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    message = orjson.loads(line)
    size = message.pop(BODY_SIZE, 0)
    body = stream.read(size) if size else b""
    return (message, body) if len(body) == size else None
