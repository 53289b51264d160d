"""The request log, request IDs and traces of a real server."""

import http.server
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import orjson
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import ServerProcess, post_head, read_response, send_request, wait_for

PNG = encode_picture(draw_seven())
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
HEADERS = {"Content-Type": "image/png", "X-Request-ID": "mine-1", "Traceparent": f"00-{TRACE}-{PARENT}-01"}


def entries(server: ServerProcess) -> list[dict]:
    """The request log."""
    return [orjson.loads(line) for line in server.request_log.read_bytes().splitlines()]


def test_each_request_is_one_line(models_folder: Path, tmp_path: Path):
    """With its ID, its trace, the model and the labels, but nothing of what was sent; also if it never reached the app."""
    with ServerProcess(models_folder, tmp_path, "--workers", "2") as server:
        response = send_request(server.connect(), "POST", "/predict?model=digits", body=PNG, headers=HEADERS)
        assert response.headers["X-Request-ID"] == "mine-1"
        missing = send_request(server.connect(), "GET", "/secret/7%0Aforged")
        malformed = read_response(server.send(post_head(Content_Length="many", X_Request_ID="mine-2")))
        assert malformed.headers["X-Request-ID"] == "mine-2"
        wait_for(lambda: len(entries(server)) == 3, "the request log")
        by_id = {entry.pop("request_id"): entry for entry in entries(server)}
        predicted, unknown, rejected = (by_id[each.headers["X-Request-ID"]] for each in (response, missing, malformed))
        assert all(entry.pop("ms") >= 0 and entry.pop("time").endswith("Z") for entry in by_id.values())
        version = response.headers["X-Inkling-Model"].partition("sha256=")[2]
        label = response.body["predictions"][0]["label"]
        assert predicted == {
            "level": "info",
            "service": "server",
            "trace_id": TRACE,
            "span_id": PARENT,
            "method": "POST",
            "route": "/predict",
            "status": 200,
            "model": "digits",
            "version": version,
            "labels": [label],
        }
        common = {"level": "info", "service": "server", "route": "other"}
        assert unknown == common | {"method": "GET", "path": "/secret/7\nforged", "status": 404, "code": "not_found"}
        assert rejected == common | {"method": "POST", "path": "/predict", "status": 400, "code": "bad_request"}


def test_log_is_complete_after_the_shutdown(models_folder: Path, tmp_path: Path):
    """The last lines are written before the process ends."""
    with ServerProcess(models_folder, tmp_path, "--workers", "1", "--log-format", "text") as server:
        connection = server.connect()
        for _ in range(50):
            send_request(connection, "GET", "/health/live")
        assert server.stop(signal.SIGTERM) == 0
        lines = server.request_log.read_text().splitlines()
        assert len(lines) == 50
        assert all(" GET /health/live 200 " in line for line in lines)


def test_request_log_can_be_switched_off(models_folder: Path, tmp_path: Path):
    """Nothing is written to standard output."""
    with ServerProcess(models_folder, tmp_path, "--workers", "1", "--request-log", "off") as server:
        assert send_request(server.connect(), "GET", "/health/live").headers["X-Request-ID"]
        assert server.stop(signal.SIGTERM) == 0
        assert server.request_log.read_bytes() == b""


def test_log_that_nobody_reads_stops_no_request(models_folder: Path, tmp_path: Path):
    """Standard output is a pipe whose reader has stopped reading."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while os.write(writing, b"x" * 4096):
            continue
    os.set_blocking(writing, True)
    with ServerProcess(models_folder, tmp_path, "--workers", "1", stdout=writing) as server:
        os.close(writing)
        connection = server.connect()
        for _ in range(200):
            assert send_request(connection, "GET", "/health/live").status == 200
        assert server.stop(signal.SIGTERM) == 0
    os.close(reading)


@pytest.fixture
def collector() -> Iterator[tuple[str, list[Span]]]:
    """An OTLP collector: its URL, and the spans that it has received."""
    spans: list[Span] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        """POST /v1/traces."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                spans.extend(span for scope in resource.scope_spans for span in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", spans
        server.shutdown()


def test_requests_are_traced(models_folder: Path, tmp_path: Path, collector: tuple[str, list[Span]]):
    """In a span that continues the caller's trace and names the model; the log names the span."""
    url, spans = collector
    environment = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    with ServerProcess(models_folder, tmp_path, "--workers", "1", **environment) as server:
        response = send_request(server.connect(), "POST", "/predict", body=PNG, headers=HEADERS)
        assert response.status == 200
        (span,) = wait_for(lambda: spans, "a span")
        (entry,) = wait_for(lambda: entries(server), "the request log")
    values = {attribute.key: attribute.value for attribute in span.attributes}
    assert (span.name, span.trace_id.hex(), span.parent_span_id.hex()) == ("POST /predict", TRACE, PARENT)
    assert (entry["trace_id"], entry["span_id"]) == (TRACE, span.span_id.hex())
    assert values["inkling.request_id"].string_value == "mine-1"
    assert values["inkling.model"].string_value == "digits"
    assert values["inkling.labels"].array_value.values[0].string_value == response.body["predictions"][0]["label"]
