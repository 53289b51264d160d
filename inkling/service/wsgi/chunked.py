"""ChunkedBody: reads a body with Transfer-Encoding chunked."""

from waitress.receiver import ChunkedReceiver
from waitress.utilities import BadRequest

MAX_LINE_BYTES = 4096
"""Maximum length of the line before a chunk, and of the trailer after the last one."""


class ChunkedBody(ChunkedReceiver):  # type: ignore[misc]  # waitress is untyped
    """waitress' receiver, which copies an unfinished line with each packet, with a limit on that line."""

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if max(len(self.control_line), len(self.trailer)) > MAX_LINE_BYTES:
            self.error = BadRequest("Chunk line or trailer too long")
        return consumed
