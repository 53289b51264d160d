"""Serve: open everything, answer until told to stop, and leave nothing running."""

import logging
import signal
import sys
import threading
from typing import Any

from inkling.service.http.errors import BadSettings
from inkling.service.store.database import open_database
from inkling.service.wsgi.listen_socket import hold_newcomers, listen
from trainer.service.app import create_app
from trainer.service.datasets import Datasets
from trainer.service.extensions import Parts
from trainer.service.jobs.event_logs import Logs
from trainer.service.jobs.queue import Jobs
from trainer.service.lessons.lesson_service import Lessons
from trainer.service.publisher import Press
from trainer.service.settings import ServiceSettings
from trainer.service.sse_server import ServiceDoor
from trainer.service.workers.pool import Pool
from trainer.store.jobs import KeptJobs
from trainer.store.lock import lock_file, lock_store

OWN_FOLDER = ".service"
"""In the folder of runs, for what is no run: events, what data sets hold, the lock."""

WAIT_SECONDS = 1.0


def serve(settings: ServiceSettings) -> None:
    """Serve until SIGINT or SIGTERM. Raises BadSettings where that cannot begin."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
    own = settings.runs_folder / OWN_FOLDER
    try:
        own.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSettings(f"Expected a folder for runs. Received {settings.runs!r}: {error.strerror}.") from error
    engine = open_database(settings.store)
    held = [lock_store(engine), lock_file(own / "lock", "a folder of runs")]
    listening = listen(settings.host, settings.port)
    pool = Pool(settings)
    logs = Logs(own, settings.max_log_bytes)
    jobs = Jobs(settings, KeptJobs(engine), logs, pool)
    press = Press(settings, jobs, pool)
    lessons = Lessons(settings, engine, jobs, press)
    datasets = Datasets(own / "data.json", pool, lessons.as_data)
    parts = Parts(settings, jobs, logs, pool, datasets, press, lessons)
    door = ServiceDoor(create_app(parts), listening, settings)
    logs.bell = door.pull_trigger
    stopped = _stop_on_signals(door)
    jobs.begin()
    _announce(listening.getsockname(), settings)
    try:
        while not stopped.is_set():
            door.wait(WAIT_SECONDS)
        hold_newcomers(listening)
    finally:
        jobs.close()
        pool.close()
        door.stop(settings.graceful_timeout, lambda: None)
        engine.dispose()
        del held


def _stop_on_signals(door: ServiceDoor) -> threading.Event:
    stopped = threading.Event()

    def stop(*_: Any) -> None:
        stopped.set()
        door.pull_trigger()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped


def _announce(address: tuple, settings: ServiceSettings) -> None:
    """The one line that says where the service answers."""
    host, port = address[:2]
    shown = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    sys.stderr.write(f"Inkling's trainer answers at {shown} and writes runs into {settings.runs_folder}/\n")
    sys.stderr.flush()
