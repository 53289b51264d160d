"""RequestParser: reads one HTTP request as it arrives."""

import time

from waitress.parser import HTTPRequestParser

from inkling.service.wsgi.config import WaitressConfig


class RequestParser(HTTPRequestParser):  # type: ignore[misc]  # waitress is untyped
    """waitress' parser with a body limit per path. started_at: when the first byte arrived, as time.monotonic()."""

    adj: WaitressConfig

    def __init__(self, config: WaitressConfig):
        super().__init__(config)
        self.started_at = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.adj = self.adj.for_path(self.path)

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.error:
            self.expect_continue = False  # else waitress sends "100 Continue" before it rejects the request
        return consumed
