"""Tasks: what is done with one request, namely run the app or send an error."""

from typing import Any

from waitress.task import ErrorTask, WSGITask

from inkling.service.http.cors import cors_headers
from inkling.service.http.error_handlers import EXTRA_HEADERS, FORMAT_KEY, http_error_code
from inkling.service.http.security_headers import DEFAULT_HEADERS
from inkling.service.observability.observer import EXTENSION_KEY
from inkling.service.observability.request_record import REQUEST_ID_HEADER, RequestRecord
from inkling.service.wsgi.rejection import Rejection

CLIENT_GONE_KEY = "inkling.is_client_gone"
"""Key of the WSGI environ: a function that returns whether the client has closed the connection."""

ERROR_MESSAGES = {
    400: "Malformed HTTP request: {reason}.",
    413: "The request body is larger than {max_body_bytes:,} bytes.",
    431: "The request line and headers are larger than {max_header_bytes:,} bytes.",
    501: "Unsupported Transfer-Encoding. Send the body with Content-Length or chunked.",
}
INTERNAL_ERROR_MESSAGE = "Internal server error; see the server's log."


class RequestTask(WSGITask):  # type: ignore[misc]  # waitress is untyped
    """Runs the app. While the server stops, each response closes its connection."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[CLIENT_GONE_KEY] = self.channel.is_gone
        return environ

    def build_response_header(self) -> bytes:
        if self.channel.server.stopping:
            self.set_close_on_finish()
        header: bytes = super().build_response_header()
        return header


class ErrorResponseTask(ErrorTask):  # type: ignore[misc]  # waitress is untyped
    """Rejects a request that does not reach the app: malformed, too large, or failed inside waitress."""

    def execute(self) -> None:
        error = self.request.error
        app, path = self.channel.server.application, getattr(self.request, "path", "")
        if isinstance(error, Rejection):
            code, message = error.error.code, str(error.error)
        else:
            code = "internal_error" if error.code == 500 else http_error_code(error.code)
            message = self._message()
        body = app.extensions[FORMAT_KEY](path, code, message)
        record = RequestRecord.from_headers(self.request.headers.get("X_REQUEST_ID"), self.request.headers.get("TRACEPARENT"))
        record.code = code
        cors = cors_headers(app, self.request.headers.get("ORIGIN"))
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend([*EXTRA_HEADERS.get(error.code, {}).items(), *cors.items()])
        self.response_headers.extend([*DEFAULT_HEADERS.items(), ("Content-Type", "application/json")])
        self.response_headers.append((REQUEST_ID_HEADER, record.request_id))
        self.set_close_on_finish()
        self.content_length = len(body)
        method = getattr(self.request, "command", "")
        app.extensions[EXTENSION_KEY].reject(record, method, path, error.code)
        self.channel.must_linger = True
        self.write(body if method != "HEAD" else b"")

    def _message(self) -> str:
        error, config = self.request.error, self.request.adj
        return ERROR_MESSAGES.get(error.code, INTERNAL_ERROR_MESSAGE).format(
            reason=str(error.body).split("\n")[0].rstrip(".")[:100],
            max_body_bytes=config.max_request_body_size - 1,
            max_header_bytes=config.max_request_header_size,
        )
