"""RequestRecord: what is known about one request for its log line, its metrics and its trace."""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

RECORD_KEY = "inkling.request_record"
"""Key of the WSGI environ."""

REQUEST_ID_HEADER = "X-Request-ID"

REQUEST_ID = re.compile(r"[\w.:/+=@-]{1,128}", re.ASCII)
"""Other IDs are replaced, so that a client cannot forge log entries or fill the log."""

TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
"""W3C Trace Context, section 3.2: version, trace ID, span ID of the caller, and flags."""


@dataclass
class RequestRecord:
    """One request.

    started: as time.perf_counter(). trace_id, span_id: of this request's span if it is traced, else those of the caller's span
    in the header traceparent; None without either. code: of the error in the response. model, version, labels: what predicted,
    and the labels predicted by /predict.
    """

    request_id: str
    trace_id: str | None
    span_id: str | None
    started: float = field(default_factory=time.perf_counter)
    code: str | None = None
    model: str | None = None
    version: str | None = None
    labels: list[str] | None = None

    @classmethod
    def from_headers(cls, request_id: str | None, traceparent: str | None) -> "RequestRecord":
        """Start the record of a request with these headers. Without a valid ID, it gets a new one."""
        if request_id is None or not REQUEST_ID.fullmatch(request_id):
            request_id = secrets.token_hex(8)
        trace = TRACEPARENT.fullmatch(traceparent) if traceparent else None
        return cls(request_id, trace and trace[1], trace and trace[2])

    @classmethod
    def from_environ(cls, environ: Mapping[str, Any]) -> "RequestRecord":
        """Start the record of a WSGI request."""
        return cls.from_headers(environ.get("HTTP_X_REQUEST_ID"), environ.get("HTTP_TRACEPARENT"))

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.perf_counter() - self.started


def current_record() -> RequestRecord:
    """The record of the current Flask request; the first call starts it."""
    environ = request.environ
    record: RequestRecord | None = environ.get(RECORD_KEY)
    if record is None:
        record = environ[RECORD_KEY] = RequestRecord.from_environ(environ)
    return record
