"""The service's door: the server's, which in addition keeps connections open that watch events.

A watcher takes no thread. The loop that receives and sends copies new events from the log's file to each, as fast as it reads
them, and no faster: whoever reads slowly costs a place in the file.
"""

import re
import socket
import time
from contextlib import suppress

from flask import Flask
from waitress.channel import ClientDisconnected

from inkling.service.wsgi.server import Answer, Bounds, Channel, Door, Parser
from trainer.service.jobs.event_log import EventLog
from trainer.service.settings import ServiceSettings

HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": still here\n\n"

BLOCK = 64 * 1024
"""Bytes that are read of a log at once, and that may wait to be sent to one watcher."""

WATCH = "inkling.watch"
"""Where in the environ of a request its view leaves what is to be watched."""


DRAWING_PATH = re.compile(r"/lessons/[^/]*/(train|predict)")


class Watch:
    """A log, and how far it has been sent."""

    def __init__(self, log: EventLog, begin: int):
        self.log, self.place = log, begin
        self.sent = time.monotonic()


class WatchAnswer(Answer):
    """An answer that goes on, where its view left a watch, until the log is over or the client goes."""

    @property
    def watch(self) -> Watch | None:
        return (self.environ or {}).get(WATCH)

    def build_response_header(self) -> bytes:
        head = super().build_response_header()
        if self.watch and self.chunked_response:  # it ends with its connection
            self.chunked_response = False
            head = head.replace(b"Transfer-Encoding: chunked\r\n", b"")
        return head

    def finish(self) -> None:
        super().finish()
        if self.watch:
            self.close_on_finish = False
            self.channel.watch = self.watch
            self.channel.server.pull_trigger()


class DrawingParser(Parser):
    """Reads one request. What is drawn for a lesson may be a photograph."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if DRAWING_PATH.fullmatch(self.path):
            self.adj = self.adj.large


class WatchChannel(Channel):
    """A connection that may watch."""

    task_class = WatchAnswer
    parser_class = DrawingParser
    watch: Watch | None = None

    def received(self, data: bytes) -> bool:
        return False if self.watch else super().received(data)

    def idle(self) -> bool:
        return self.watch is not None or super().idle()

    def send_events(self, now: float) -> None:
        """Send what is new, if what was sent before has gone out."""
        watch = self.watch
        if self.requests or self.total_outbufs_len or self.close_when_flushed or self.will_close:
            return
        over = watch.log.over  # before we look, as the last event comes before the end
        block = watch.log.read(watch.place, BLOCK)
        if block:
            watch.place += len(block)
        elif over:
            self.close_when_flushed = True
            return
        elif now - watch.sent >= HEARTBEAT_SECONDS:
            block = HEARTBEAT
        if block:
            watch.sent = now
            with suppress(ClientDisconnected):
                self.write_soon(block)


class ServiceDoor(Door):
    """waitress with watchers."""

    channel_class = WatchChannel

    def __init__(self, app: Flask, listening: socket.socket, settings: ServiceSettings):
        bounds = Bounds(settings, settings.max_body_bytes, settings.max_drawing_bytes)
        super().__init__(app, listening, bounds, settings.threads, lambda _: None)

    def wait(self, seconds: float) -> None:
        """Receive and send for a while, or until something happened; and send the watchers what is new."""
        waiting = any(self._unsent(channel) for channel in self.channels())
        super().wait(0.0 if waiting else seconds)
        now = time.monotonic()
        for channel in self.channels():
            if channel.watch and channel.connected:
                channel.send_events(now)

    def maintenance(self, now: float) -> None:
        """Whoever watches may be silent, unless what was sent does not arrive."""
        for channel in self.channels():
            if channel.watch and not channel.total_outbufs_len:
                channel.last_activity = now
        super().maintenance(now)

    def _unsent(self, channel: WatchChannel) -> bool:
        watch = channel.watch
        return bool(watch and channel.connected and not channel.total_outbufs_len and watch.place < watch.log.size)
