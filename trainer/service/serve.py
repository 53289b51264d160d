"""`trainer serve`: opens everything, serves until a signal arrives, and leaves nothing running."""

import signal
import threading
from typing import Any

from inkling.service.http.errors import InvalidSettings
from inkling.service.malloc import limit_arenas, set_malloc_thresholds
from inkling.service.observability.log_format import configure_logging
from inkling.service.observability.observer import RequestObserver
from inkling.service.observability.request_log import open_request_log
from inkling.service.startup import announce
from inkling.service.store.database import open_database
from inkling.service.wsgi.listen_socket import drop_new_connections, open_listen_socket
from inkling.service.wsgi.open_files import raise_open_files_limit
from trainer.service.app import create_app
from trainer.service.datasets import DatasetCatalog
from trainer.service.extensions import TrainerState
from trainer.service.jobs.event_log import EventLogs
from trainer.service.jobs.queue import JobQueue
from trainer.service.lessons.lesson_service import LessonService
from trainer.service.metrics import TrainerMetrics
from trainer.service.publisher import Publisher
from trainer.service.settings import ServiceSettings
from trainer.service.sse_server import SseServer
from trainer.service.workers.pool import WorkerPool
from trainer.store.jobs import JobStore
from trainer.store.lock import lock_file, lock_store

SERVICE_FOLDER = ".service"
"""Folder inside the runs folder for event logs, dataset statistics and the lock."""

MALLOC_ARENAS = 2
"""Heaps for all threads: with one each, twelve threads retained 50 MB more after 40,000 requests."""

POLL_SECONDS = 1.0


def serve(settings: ServiceSettings) -> None:
    """Serve until SIGINT or SIGTERM. Raises InvalidSettings if the service cannot start."""
    configure_logging(settings.log_format)
    raise_open_files_limit(settings.max_connections)
    set_malloc_thresholds()
    limit_arenas(MALLOC_ARENAS)
    folder = settings.runs_folder / SERVICE_FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidSettings(f"Cannot create the runs folder {settings.runs!r}: {error.strerror}.") from error
    engine = open_database(settings.store)
    locks = [lock_store(engine), lock_file(folder / "lock", "runs folder")]
    listen_socket = open_listen_socket(settings.host, settings.port)
    pool = WorkerPool(settings)
    logs = EventLogs(folder, settings.max_log_bytes)
    jobs = JobQueue(settings, JobStore(engine), logs, pool)
    publisher = Publisher(settings, jobs, pool)
    lessons = LessonService(settings, engine, jobs, publisher)
    datasets = DatasetCatalog(folder / "data.json", pool, lessons.as_data)
    metrics = TrainerMetrics(jobs, pool)
    observer = RequestObserver("trainer", metrics.http, open_request_log(settings))
    state = TrainerState(settings, jobs, logs, pool, datasets, publisher, lessons, metrics, observer)
    server = SseServer(create_app(state), listen_socket, settings)
    logs.on_append = server.pull_trigger
    stopped = _stop_on_signals(server)
    jobs.recover()
    announce("Inkling trainer", listen_socket, f"runs: {settings.runs_folder}/")
    try:
        while not stopped.is_set():
            server.poll(POLL_SECONDS)
        drop_new_connections(listen_socket)
    finally:
        jobs.close()
        pool.close()
        server.shut_down(settings.graceful_timeout, lambda: None)
        observer.close()
        engine.dispose()
        del locks


def _stop_on_signals(server: SseServer) -> threading.Event:
    stopped = threading.Event()

    def stop(*_: Any) -> None:
        stopped.set()
        server.pull_trigger()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped
