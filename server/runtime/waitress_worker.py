"""WaitressWorker: a worker process that serves the app with waitress."""

import os
import re
import shutil
import signal
import time
from typing import Any

from gunicorn.workers.base import Worker

from inkling.service.observability.request_log import open_request_log
from inkling.service.startup import announce
from inkling.service.wsgi.config import WaitressConfig
from inkling.service.wsgi.server import WsgiServer
from server.extensions import EXTENSION_KEY, AppState
from server.observability.multiprocess import MULTIPROC_DIR_VARIABLE
from server.runtime.fast_requests import is_fast
from server.services.feedback_cleaner import FeedbackCleaner
from server.services.model_watcher import ModelWatcher

HEARTBEAT_SECONDS = 1.0
"""Time between two heartbeats to the arbiter."""

LARGE_BODY_PATHS = re.compile("/evaluate")


class WaitressWorker(Worker):  # type: ignore[misc]  # gunicorn is untyped
    """Runs a WsgiServer on the arbiter's listening socket. The app is created after the fork."""

    server: WsgiServer | None = None
    last_heartbeat = 0.0

    def init_signals(self) -> None:
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the arbiter then sends SIGTERM
        for number in (signal.SIGTERM, signal.SIGQUIT):
            signal.signal(number, self.handle_exit)

    def handle_exit(self, *_: Any) -> None:
        """Start a graceful shutdown. Wakes up the event loop, which Python otherwise resumes after a signal."""
        self.alive = False
        if self.server is not None:
            self.server.pull_trigger()

    @property
    def state(self) -> AppState:
        """The state of the app."""
        state: AppState = self.wsgi.extensions[EXTENSION_KEY]
        return state

    def run(self) -> None:
        """Serve until a signal arrives or the arbiter is gone."""
        state, settings = self.state, self.state.settings
        state.observer.request_log = open_request_log(settings)
        listen_socket = self.sockets[0].sock
        config = WaitressConfig(settings, settings.max_predict_bytes, LARGE_BODY_PATHS, settings.max_evaluate_bytes)
        self.server = WsgiServer(self.wsgi, listen_socket, config, settings.threads, is_fast)
        watcher = ModelWatcher(state.models, state.metrics)
        watcher.start()
        cleaner = FeedbackCleaner(state.feedback, settings.feedback_retention)
        cleaner.start()
        if self.age == 1:  # the first worker
            announce("Inkling server", listen_socket, describe_models(state))
        while self.alive and os.getppid() == self.ppid:
            self.heartbeat()
            self.server.poll(HEARTBEAT_SECONDS)
        self.server.shut_down(settings.graceful_timeout, self.heartbeat)
        watcher.stop()
        cleaner.stop()
        state.observer.close()
        if os.getppid() != self.ppid:  # the arbiter was killed and has not removed the folder
            shutil.rmtree(os.environ[MULTIPROC_DIR_VARIABLE], ignore_errors=True)

    def heartbeat(self) -> None:
        """Tell the arbiter that this process is alive, and record its load, at most once per second."""
        now = time.monotonic()
        if now - self.last_heartbeat >= HEARTBEAT_SECONDS:
            self.last_heartbeat = now
            self.notify()
            if self.server is not None:
                dispatcher = self.server.task_dispatcher
                self.state.metrics.set_load(dispatcher.in_progress, dispatcher.queued)


def describe_models(state: AppState) -> str:
    """The loaded models, or why there are none."""
    models = state.models
    return f"models: {', '.join(models.loaded)}" if models.loaded else f"not ready: {models.not_ready_reason()}"
