"""Settings of the trainer service, each declared once."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkling.limits import MIB
from inkling.service.config.base import PREFIX, BaseSettings, markdown_table, setting
from inkling.service.http.auth import CHANGES
from inkling.service.store.locations import default_store

TRAINER_PREFIX = f"{PREFIX}TRAINER_"
"""Prefix of environment variables for settings that the server has under the same name."""


def trainer_setting(default: Any, unit: str, help: str, **options: Any) -> Any:
    """A setting whose environment variable the server does not read."""
    return setting(default, unit, help, prefix=TRAINER_PREFIX, **options)


def _default_job_memory() -> int:
    """three quarters of the machine's memory"""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 3 // 4 // MIB


@dataclass(frozen=True)
class ServiceSettings(BaseSettings):
    """All settings of the trainer service. Raises InvalidSettings for invalid values."""

    host: str = trainer_setting("127.0.0.1", "address", "Address to listen on. Beyond loopback, changes need the token.")
    port: int = trainer_setting(8001, "port", "Port to listen on; 0 selects a free port.", minimum=0, maximum=65_535)
    models: str = setting("models", "folder", "Folder to which models are published; the server serves it.")
    runs: str = trainer_setting("runs", "folder", "Folder of the run folders that jobs write.")
    store: str = setting(
        default_store,
        "URL",
        "Database for jobs and lessons, `sqlite:///FILE` or `postgresql://…`; the server may share it.",
    )
    cors_origin: tuple[str, ...] = setting(
        (), "origin", "Origin of a page that may use this service, as http://HOST[:PORT]. Repeatable."
    )
    token: str = setting("", "text", "Bearer token that changes of state require.", secret=True)
    require_token: str = setting(
        CHANGES,
        "requests",
        "What requires the token: `changes` (beyond loopback also drawings and lessons) or `all` but health checks and /docs.",
    )
    allowed_host: tuple[str, ...] = setting(
        (), "name", "Other host name under which a proxy reaches the service on loopback. Repeatable."
    )

    log_format: str = setting(
        "auto", "format", "Format of log entries: `json`, `text`, or `auto`: text in a terminal, JSON elsewhere."
    )
    request_log: str = setting("on", "switch", "`on` or `off`: one line per request on standard output, without what was sent.")

    jobs: int = trainer_setting(1, "jobs", "Jobs that run at once. Two on the same cores take twice as long each.", maximum=64)
    warm_workers: int = trainer_setting(
        1,
        "processes",
        "Idle worker processes with TensorFlow and MNIST loaded. 0 saves 900 MB; a job then starts 4 s later.",
        minimum=0,
        maximum=8,
    )
    job_memory: int = trainer_setting(
        _default_job_memory,
        "MiB",
        "Memory limit of a job's process; above it, the job fails. MNIST takes about 1,200 MiB.",
        minimum=256,
    )
    data_memory: int = trainer_setting(1_536, "MiB", "Memory limit of a process that reads datasets for the page.", minimum=256)
    worker_idle_timeout: int = trainer_setting(
        60, "seconds", "Idle time after which a worker process for inspection or data is ended."
    )

    threads: int = trainer_setting(12, "threads", "Threads that handle requests. Event streams take none.")
    max_connections: int = trainer_setting(500, "connections", "Open connections, event streams included.")
    max_event_streams: int = trainer_setting(
        400, "streams", "Open event streams. More get status 503; at most four fifths of the connections."
    )
    max_requests_in_flight: int = trainer_setting(
        100, "requests", "Requests in progress or waiting. More get status 429, except health checks."
    )
    max_buffered_bytes: int = trainer_setting(
        256 * MIB, "bytes", "Request bodies in memory and temporary files. More get status 503 while others arrive."
    )
    idle_timeout: int = trainer_setting(10, "seconds", "Idle time after which a connection is closed, except event streams.")
    receive_timeout: int = trainer_setting(30, "seconds", "Time for a request to arrive completely.")
    graceful_timeout: int = trainer_setting(5, "seconds", "Time for requests in flight to finish when the service stops.")
    max_header_bytes: int = trainer_setting(32_768, "bytes", "Request line and headers. Browsers send less than 2 kB.")
    max_body_bytes: int = trainer_setting(1 * MIB, "bytes", "Request body. The settings of a job take less than 2 kB.")
    max_queued_jobs: int = trainer_setting(100, "jobs", "Jobs that can wait in the queue.")
    max_drawing_bytes: int = trainer_setting(
        32 * MIB, "bytes", "Body with a drawing for a lesson. A 12-megapixel photograph takes 4 to 16 MB."
    )
    max_lessons: int = trainer_setting(1_000, "lessons", "Stored lessons, each with up to 100 undo states of 2 to 40 kB.")
    max_lesson_drawings: int = trainer_setting(5_000, "drawings", "Stored drawings per lesson, 5 kB each.")
    max_log_bytes: int = trainer_setting(
        32 * MIB, "bytes", "Event log size from which batch events are limited to one per second; reached after two hours."
    )

    @property
    def models_folder(self) -> Path:
        return Path(self.models)

    @property
    def runs_folder(self) -> Path:
        return Path(self.runs)


def service_settings_table() -> str:
    """The table of these settings in docs/configuration.md, as Markdown."""
    return markdown_table(ServiceSettings)
