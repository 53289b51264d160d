"""Serve: open everything, answer until told to stop, and leave nothing running."""

import signal
import threading
from typing import Any

from inkling.service.http.errors import InvalidSettings
from inkling.service.startup import announce, configure_logging
from inkling.service.store.database import open_database
from inkling.service.wsgi.listen_socket import drop_new_connections, open_listen_socket
from trainer.service.app import create_app
from trainer.service.datasets import DatasetCatalog
from trainer.service.extensions import TrainerState
from trainer.service.jobs.event_logs import EventLogs
from trainer.service.jobs.queue import JobQueue
from trainer.service.lessons.lesson_service import LessonService
from trainer.service.publisher import Publisher
from trainer.service.settings import ServiceSettings
from trainer.service.sse_server import SseServer
from trainer.service.workers.pool import WorkerPool
from trainer.store.jobs import JobStore
from trainer.store.lock import lock_file, lock_store

OWN_FOLDER = ".service"
"""In the folder of runs, for what is no run: events, what data sets hold, the lock."""

WAIT_SECONDS = 1.0


def serve(settings: ServiceSettings) -> None:
    """Serve until SIGINT or SIGTERM. Raises BadSettings where that cannot begin."""
    configure_logging()
    own = settings.runs_folder / OWN_FOLDER
    try:
        own.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidSettings(f"Expected a folder for runs. Received {settings.runs!r}: {error.strerror}.") from error
    engine = open_database(settings.store)
    held = [lock_store(engine), lock_file(own / "lock", "a folder of runs")]
    listen_socket = open_listen_socket(settings.host, settings.port)
    pool = WorkerPool(settings)
    logs = EventLogs(own, settings.max_log_bytes)
    jobs = JobQueue(settings, JobStore(engine), logs, pool)
    press = Publisher(settings, jobs, pool)
    lessons = LessonService(settings, engine, jobs, press)
    datasets = DatasetCatalog(own / "data.json", pool, lessons.as_data)
    parts = TrainerState(settings, jobs, logs, pool, datasets, press, lessons)
    server = SseServer(create_app(parts), listen_socket, settings)
    logs.bell = server.pull_trigger
    stopped = _stop_on_signals(server)
    jobs.begin()
    announce("Inkling trainer", listen_socket, f"runs: {settings.runs_folder}/")
    try:
        while not stopped.is_set():
            server.poll(WAIT_SECONDS)
        drop_new_connections(listen_socket)
    finally:
        jobs.close()
        pool.close()
        server.shut_down(settings.graceful_timeout, lambda: None)
        engine.dispose()
        del held


def _stop_on_signals(server: SseServer) -> threading.Event:
    stopped = threading.Event()

    def stop(*_: Any) -> None:
        stopped.set()
        server.pull_trigger()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped
