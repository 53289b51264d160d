"""Settings: each declared once. Environment variables, the options of `server run` and the README's table come from here."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from inkling.limits import MEBI, Limits, limit
from inkling.service.config.base import Declared, setting, table_of
from inkling.service.http.errors import BadSettings
from inkling.service.store.locations import default_store

URL = re.compile(r"https?://([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?(/[^\s?#]*)?", re.ASCII | re.IGNORECASE)
"""What can stand in the page, and its host in the page's Content-Security-Policy."""


def _cores() -> int:
    """number of cores"""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Settings(Declared, Limits):
    """All that can be set about the server. Raises BadSettings for values that make no sense."""

    host: str = setting("127.0.0.1", "address", "to listen at; beyond loopback, what changes state needs the token")
    port: int = setting(8000, "port", "to listen at; 0 takes a free one", minimum=0, maximum=65_535)
    models: str = setting("models", "folder", "of the ONNX files to serve, each under its name without `.onnx`")
    model: str = setting("digits", "name", "of the model that answers where a request names none")
    store: str = setting(default_store, "URL", "of the database for reports and feedback: `sqlite:///FILE` or `postgresql://…`")
    data: str = setting(
        "",
        "folder",
        "of labelled sets that go by a name, such as `mnist/`; what the trainer has fetched is found without it",
    )
    trainer: str = setting("", "URL", "of the trainer service; empty where there is none")
    origin: tuple[str, ...] = setting(
        (), "address", "of a page elsewhere, as http://HOST[:PORT], that may use this service; repeat it for several; else none"
    )
    token: str = setting("", "text", "that whatever changes state must carry as its bearer token", secret=True)

    workers: int = setting(_cores, "processes", "that answer; each holds its own copy of every model, about 100 MB in all")
    threads: int = setting(
        3, "threads", "a process, beside the one for small pictures and health; all but one of them may run /evaluate at once"
    )
    max_connections: int = setting(
        1_000, "connections", "open at once, a process; slow clients cost a few kB each, and Linux allows 1,024 open files"
    )
    idle_timeout: int = setting(10, "seconds", "of silence after which a connection closes; phones stall for less")
    receive_timeout: int = setting(
        120, "seconds", "for a request to arrive in full; 128 MiB take 107 s at 10 Mbit/s, and slower senders hold a place"
    )
    graceful_timeout: int = setting(30, "seconds", "that requests in flight get to finish when the server stops")

    max_header_bytes: int = limit(32_768, "bytes", "a request's first line and headers; browsers send under 2 kB")
    max_predict_bytes: int = limit(
        32 * MEBI, "bytes", "the body of /predict or /read; a 12-megapixel photograph takes 4 to 16 MB, a third more as base64"
    )
    max_predict_values: int = limit(
        1_000_000,
        "values",
        "numbers in the JSON of /predict or /read; 256 images of 28×28 hold 200,000, and each may cost 64 bytes",
    )
    max_evaluate_bytes: int = limit(
        128 * MEBI, "bytes", "the body of /evaluate; MNIST's 70,000 images take 55 MB as IDX, 60,000 as CSV 110 MB"
    )
    max_evaluate_values: int = limit(
        8_000_000, "values", "numbers in the JSON of /evaluate; 10,000 images of 28×28 hold 7.8 million; more fit as IDX"
    )
    max_reports: int = limit(10_000, "reports", "kept; the oldest go. A report takes 5 to 50 kB")
    max_report_images: int = limit(
        10_000,
        "images",
        "that a report keeps with their answers, mistakes before others; MNIST's 10,000 take 2 MB",
        minimum=0,
    )
    max_reports_with_images: int = limit(
        100, "reports", "that keep their images, the newest; a hundred of MNIST's test part take 200 MB", minimum=0
    )
    max_feedback: int = limit(
        20_000, "drawings", "of feedback kept; more are refused, none goes. A drawing takes 5 kB, a photograph up to 300"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.trainer and not URL.fullmatch(self.trainer):
            raise BadSettings(f"Expected trainer as http://HOST[:PORT][/PATH] or https://…. Received {self.trainer!r:.60}.")
        if self.data and not Path(self.data).is_dir():
            raise BadSettings(f"Expected data as a folder of labelled sets. Received {self.data!r:.200}, which is none.")

    @property
    def data_folder(self) -> Path | None:
        return Path(self.data) if self.data else None

    @property
    def models_folder(self) -> Path:
        return Path(self.models)


def settings_table() -> str:
    """The README's table of settings, as Markdown."""
    return table_of(Settings)
