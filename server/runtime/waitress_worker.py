"""The worker: the process that answers, as gunicorn's arbiter starts, watches and replaces it."""

import os
import shutil
import signal
import socket
import sys
import time
from typing import Any

from gunicorn.workers.base import Worker

from inkling.service.wsgi.server import Bounds, Door
from server.extensions import KEY, Parts
from server.observability.multiprocess import METRICS_VARIABLE
from server.services.model_watcher import TakeUp

WAIT_SECONDS = 1.0
"""How long the worker waits for something to happen before it tells the arbiter that it lives."""


class DoorWorker(Worker):
    """Runs waitress on the socket that the arbiter listens on. The app is made here, after the fork."""

    door: Door | None = None
    notified = 0.0

    def init_signals(self) -> None:
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal: the arbiter passes it on
        for number in (signal.SIGTERM, signal.SIGQUIT):
            signal.signal(number, self.handle_exit)

    def handle_exit(self, *_: Any) -> None:
        """Stop after what is in flight. Wakes the loop, as Python goes on waiting after a signal."""
        self.alive = False
        if self.door is not None:
            self.door.pull_trigger()

    def run(self) -> None:
        """Answer until told to stop, or until the arbiter is gone."""
        parts: Parts = self.wsgi.extensions[KEY]
        settings = parts.settings
        bounds = Bounds(settings, settings.max_predict_bytes, settings.max_evaluate_bytes)
        self.door = Door(self.wsgi, self.sockets[0].sock, bounds, settings.threads, parts.metrics.refused)
        take_up = TakeUp(parts.models, parts.metrics)
        take_up.start()
        if self.age == 1:
            announce(self.sockets[0].sock, parts)
        while self.alive and os.getppid() == self.ppid:
            self.tick()
            self.door.wait(WAIT_SECONDS)
        self.door.stop(parts.settings.graceful_timeout, self.tick)
        take_up.end()
        if os.getppid() != self.ppid:  # it was killed, and could not tidy up itself
            shutil.rmtree(os.environ[METRICS_VARIABLE], ignore_errors=True)

    def tick(self) -> None:
        """Tell the arbiter that this process lives, at most once a second: it costs a system call."""
        now = time.monotonic()
        if now - self.notified >= WAIT_SECONDS:
            self.notified = now
            self.notify()


def announce(listening: socket.socket, parts: Parts) -> None:
    """The one line that says where the server answers."""
    host, port = listening.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    models = parts.models
    what = f"reads with {', '.join(models.loaded)}" if models.loaded else f"is not ready: {models.why_not_ready()}"
    sys.stderr.write(f"Inkling answers at {address} and {what}\n")
    sys.stderr.flush()
