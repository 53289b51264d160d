"""SseServer: the trainer service's WSGI server, with server-sent events.

An event stream takes no worker thread. The event loop copies new events from the job's log file to each client, only as fast
as the client reads them, so that a slow client costs a position in the file and no memory.
"""

import re
import socket
import time
from contextlib import suppress
from typing import Any

from flask import Flask
from waitress.channel import ClientDisconnected

from inkling.service.wsgi.config import WaitressConfig
from inkling.service.wsgi.connection import Connection
from inkling.service.wsgi.server import WsgiServer
from inkling.service.wsgi.tasks import RequestTask
from trainer.service.jobs.event_log import EventLog
from trainer.service.settings import ServiceSettings

HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": heartbeat\n\n"

BLOCK_BYTES = 64 * 1024
"""Bytes read from a log at once, and at most unsent on one connection."""

EVENT_STREAM_KEY = "inkling.event_stream"
"""Key of the WSGI environ under which a view leaves its EventStream."""

STREAM_COUNT_KEY = "inkling.count_event_streams"
"""Key of the WSGI environ: a function that returns the number of open event streams."""

LARGE_BODY_PATHS = re.compile(r"/lessons/[^/]*/(train|predict)")
"""Paths that accept a drawing, which may be a photograph."""


class EventStream:
    """A log and the position up to which it has been sent, in bytes."""

    def __init__(self, log: EventLog, position: int):
        self.log, self.position = log, position
        self.last_sent = time.monotonic()


class EventStreamTask(RequestTask):
    """A request whose response continues until the log ends or the client disconnects, if the view left an EventStream."""

    chunked_response: bool

    def get_environment(self) -> dict[str, Any]:
        environ = super().get_environment()
        environ[STREAM_COUNT_KEY] = self.channel.server.count_event_streams
        return environ

    @property
    def event_stream(self) -> EventStream | None:
        return (self.environ or {}).get(EVENT_STREAM_KEY)

    def build_response_header(self) -> bytes:
        header = super().build_response_header()
        if self.event_stream and self.chunked_response:  # the end of the connection ends the response
            self.chunked_response = False
            header = header.replace(b"Transfer-Encoding: chunked\r\n", b"")
        return header

    def finish(self) -> None:
        if self.event_stream:
            self.channel.event_stream = self.event_stream  # before the header is sent: then it counts for the next request
        super().finish()
        if self.event_stream:
            self.close_on_finish = False
            self.channel.server.pull_trigger()


class EventStreamConnection(Connection):
    """A connection that may carry an event stream."""

    task_class = EventStreamTask
    event_stream: EventStream | None = None

    def received(self, data: bytes) -> bool:
        return False if self.event_stream else super().received(data)

    def is_idle(self) -> bool:
        return self.event_stream is not None or super().is_idle()

    def send_events(self, now: float) -> None:
        """Send new events if all earlier ones have been sent. now: as time.monotonic()."""
        stream = self.event_stream
        if stream is None or self.requests or self.total_outbufs_len or self.close_when_flushed or self.will_close:
            return
        is_over = stream.log.is_complete  # read before the log, because the last event precedes its end
        block = stream.log.read(stream.position, BLOCK_BYTES)
        if block:
            stream.position += len(block)
        elif is_over:
            self.close_when_flushed = True
            return
        elif now - stream.last_sent >= HEARTBEAT_SECONDS:
            block = HEARTBEAT
        if block:
            stream.last_sent = now
            with suppress(ClientDisconnected):
                self.write_soon(block)

    def has_unsent_events(self) -> bool:
        """Whether there are events that could be sent at once."""
        stream = self.event_stream
        return bool(stream and self.connected and not self.total_outbufs_len and stream.position < stream.log.size)


class SseServer(WsgiServer):
    """A WsgiServer with event streams."""

    channel_class = EventStreamConnection

    def __init__(self, app: Flask, listen_socket: socket.socket, settings: ServiceSettings):
        config = WaitressConfig(settings, settings.max_body_bytes, LARGE_BODY_PATHS, settings.max_drawing_bytes)
        super().__init__(app, listen_socket, config, settings.threads)

    def poll(self, timeout: float) -> None:
        """Receive and send until something happens, at most `timeout` seconds; then send new events."""
        has_unsent = any(connection.has_unsent_events() for connection in self.connections())
        super().poll(0.0 if has_unsent else timeout)
        now = time.monotonic()
        for connection in self.connections():
            if connection.event_stream and connection.connected:
                connection.send_events(now)

    def count_event_streams(self) -> int:
        """The number of open event streams."""
        return sum(connection.event_stream is not None for connection in self.connections())

    def maintenance(self, now: float) -> None:
        """Exempt event streams from the idle timeout, unless the client does not read what was sent."""
        for connection in self.connections():
            if connection.event_stream and not connection.total_outbufs_len:
                connection.last_activity = now
        super().maintenance(now)
