"""Settings of the trainer service: each declared once, as the server's are."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkling.limits import MIB
from inkling.service.config.base import PREFIX, BaseSettings, markdown_table, setting
from inkling.service.store.locations import default_store

OWN = f"{PREFIX}TRAINER_"
"""Before the variables of what the server has under the same name, but for itself."""


def own(default: Any, unit: str, help: str, **more: Any) -> Any:
    """A setting whose variable the server does not read."""
    return setting(default, unit, help, prefix=OWN, **more)


def _memory() -> int:
    """three quarters of the machine's memory"""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 3 // 4 // MIB


@dataclass(frozen=True)
class ServiceSettings(BaseSettings):
    """All that can be set about the trainer service. Raises BadSettings for values that make no sense."""

    host: str = own("127.0.0.1", "address", "to listen at; beyond loopback, what changes state needs the token")
    port: int = own(8001, "port", "to listen at; 0 takes a free one", minimum=0, maximum=65_535)
    models: str = setting("models", "folder", "that `publish` writes to and the server serves")
    runs: str = own("runs", "folder", "of the runs that jobs write, each under its job's ID")
    store: str = setting(
        default_store, "URL", "of the database for jobs, the server's or another: `sqlite:///FILE` or `postgresql://…`"
    )
    cors_origin: tuple[str, ...] = setting(
        (), "address", "of a page elsewhere, as http://HOST[:PORT], that may use this service; repeat it for several; else none"
    )
    token: str = setting("", "text", "that whatever changes state must carry as its bearer token", secret=True)

    jobs: int = own(1, "jobs", "that run at once; the others wait. Two on the same cores take twice as long each", maximum=64)
    warm: int = own(
        1,
        "processes",
        "kept ready with TensorFlow and MNIST loaded, while no job runs: 0 saves 900 MB and costs 4 s a job",
        minimum=0,
        maximum=8,
    )
    job_memory: int = own(
        _memory,
        "MiB",
        "that a job's process may take; above it, it is ended and the job fails. MNIST takes about 1,200",
        minimum=256,
    )
    linger: int = own(60, "seconds", "that a process that looked into runs or data waits for more of it before it ends")

    threads: int = own(12, "threads", "that answer; streams of events take none")
    max_connections: int = own(500, "connections", "open at once; a stream of events is one")
    idle_timeout: int = own(10, "seconds", "of silence after which a connection closes that is no stream of events")
    receive_timeout: int = own(30, "seconds", "for a request to arrive in full")
    graceful_timeout: int = own(5, "seconds", "that requests in flight get to finish when the service stops")
    max_header_bytes: int = own(32_768, "bytes", "a request's first line and headers; browsers send under 2 kB")
    max_body_bytes: int = own(1 * MIB, "bytes", "a body; a job's settings take under 2 kB")
    max_waiting: int = own(100, "jobs", "that wait at once; more are refused")
    max_drawing_bytes: int = own(
        32 * MIB, "bytes", "a drawing that is sent to a lesson; a 12-megapixel photograph takes 4 to 16 MB"
    )
    max_lessons: int = own(
        1_000, "lessons", "kept; more are refused, none goes. Each may keep 100 states of 2 to 40 kB to go back to"
    )
    max_lesson_drawings: int = own(5_000, "drawings", "kept of a lesson; more are refused, none goes. Each takes 5 kB")
    max_log_bytes: int = own(
        32 * MIB, "bytes", "a job's events, from which on steps are told once a second: two hours of twenty a second"
    )

    @property
    def models_folder(self) -> Path:
        return Path(self.models)

    @property
    def runs_folder(self) -> Path:
        return Path(self.runs)


def service_settings_table() -> str:
    """The README's table of these settings, as Markdown."""
    return markdown_table(ServiceSettings)
