"""The server's settings. Environment variables, options of `server run` and docs/configuration.md are derived from them."""

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path

from inkling.limits import MIB, Limits, limit
from inkling.service.config.base import BaseSettings, markdown_table, setting
from inkling.service.http.auth import CHANGES
from inkling.service.http.errors import InvalidSettings
from inkling.service.store.locations import default_store

URL = re.compile(r"https?://([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?(/[^\s?#]*)?", re.ASCII | re.IGNORECASE)
"""A URL that is safe in the page and in its Content-Security-Policy."""


CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""The container's CPU time per period, both in microseconds, or `max` (Linux, Control Group v2)."""


def _cpu_count() -> int:
    """number of CPUs"""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = CPU_QUOTA.read_text("ascii").split()
        return max(1, min(count, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # no cgroup, or no quota
        return count


PACKAGED_MODELS = Path(__file__).parent / "models"
"""In an installed wheel: the model that comes with it."""


def _default_models() -> str:
    """`models` in the current folder, else the model in the wheel"""
    return str(PACKAGED_MODELS) if PACKAGED_MODELS.is_dir() and not Path("models").is_dir() else "models"


@dataclass(frozen=True)
class Settings(BaseSettings, Limits):
    """All settings of the server. Raises InvalidSettings for invalid values."""

    host: str = setting("127.0.0.1", "address", "listen address; beyond loopback, changes require the token")
    port: int = setting(8000, "port", "listen port; 0 chooses a free one", minimum=0, maximum=65_535)
    models: str = setting(_default_models, "folder", "model repository: ONNX files, each served under its name without `.onnx`")
    model: str = setting("digits", "name", "default model, for requests that name none")
    store: str = setting(default_store, "URL", "database for reports and feedback: `sqlite:///FILE` or `postgresql://…`")
    data: str = setting(
        "", "folder", "additional datasets by name, such as `mnist/`; those downloaded by the trainer are found without it"
    )
    tours: str = setting(
        "", "folder", "additional guided tours of the page, NAME.json; they replace the page's own of the same name"
    )
    trainer: str = setting("", "URL", "trainer service that the page connects to; empty for none")
    cors_origin: tuple[str, ...] = setting(
        (), "address", "other web page, as http://HOST[:PORT], that may use this service; repeatable"
    )
    token: str = setting("", "text", "bearer token for requests that change state", secret=True)
    require_token: str = setting(
        CHANGES,
        "requests",
        "what requires the token: `changes` (beyond loopback also what people sent) or `all` but the page and /docs",
    )
    allowed_host: tuple[str, ...] = setting(
        (), "name", "other host name under which a proxy reaches the server on loopback; repeatable"
    )

    log_format: str = setting(
        "auto", "format", "of log entries: `json`, `text`, or `auto`, which is text in a terminal and JSON elsewhere"
    )
    request_log: str = setting(
        "on", "switch", "`on` or `off`: one line per request on standard output, with the predicted labels but not the picture"
    )

    workers: int = setting(_cpu_count, "processes", "worker processes; each loads every model, about 100 MB in all")
    threads: int = setting(
        3,
        "threads",
        "threads per worker for what takes longer than small pictures and health checks; all but one may run evaluations",
    )
    max_connections: int = setting(
        1_000, "connections", "open connections per worker; each takes a few kB and up to two open files, which may lower it"
    )
    max_requests_in_flight: int = setting(
        256, "requests", "in progress or waiting per worker; more get status 429, except health checks and metrics"
    )
    idle_timeout: int = setting(10, "seconds", "a connection without data is closed after this time; phones stall for less")
    receive_timeout: int = setting(120, "seconds", "time for a request to arrive completely; 128 MiB take 107 s at 10 Mbit/s")
    graceful_timeout: int = setting(30, "seconds", "graceful shutdown: time for running requests to finish")

    max_request_seconds: int = setting(
        15,
        "seconds",
        "CPU time for the pictures of a request to /predict or /read; a page of 100 digits takes under one second",
    )

    max_buffered_bytes: int = limit(
        512 * MIB, "bytes", "of request bodies per worker, in memory and temporary files; more get 503 while others arrive"
    )
    max_header_bytes: int = limit(32_768, "bytes", "request line and headers; browsers send under 2 kB")
    max_predict_bytes: int = limit(
        32 * MIB, "bytes", "body of /predict and /read; a 12-megapixel photograph takes 4 to 16 MB, as base64 a third more"
    )
    max_predict_values: int = limit(
        1_000_000, "values", "in the JSON of /predict and /read, up to 64 bytes each; 256 images of 28×28 have 200,000"
    )
    max_evaluate_bytes: int = limit(
        128 * MIB, "bytes", "body of /evaluate; MNIST's 70,000 images take 55 MB as IDX, 60,000 take 110 MB as CSV"
    )
    max_evaluate_values: int = limit(
        8_000_000, "values", "in the JSON of /evaluate; 10,000 images of 28×28 have 7.8 million; IDX allows more"
    )
    max_reports: int = limit(10_000, "reports", "stored; the oldest are deleted. A report takes 5 to 50 kB")
    max_report_images: int = limit(
        10_000, "images", "stored with a report, mistakes first; 10,000 MNIST images take 2 MB", minimum=0
    )
    max_reports_with_images: int = limit(
        100, "reports", "whose images are stored, the newest; 100 of MNIST's test split take 200 MB", minimum=0
    )
    max_feedback: int = limit(
        20_000, "drawings", "of feedback that are stored; more are refused. A drawing takes 5 kB, a photograph up to 300 kB"
    )
    feedback_retention: int = setting(
        0,
        "days",
        "after which drawings of feedback are deleted; 0 keeps them until they are deleted by hand",
        minimum=0,
        maximum=36_500,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.trainer and not URL.fullmatch(self.trainer):
            raise InvalidSettings(f"trainer: expected http://HOST[:PORT][/PATH] or https://…, got {self.trainer!r:.60}.")
        for name, folder in {"data": self.data, "tours": self.tours}.items():
            if folder and not Path(folder).is_dir():
                raise InvalidSettings(f"{name}: the folder {folder!r:.200} does not exist.")

    @property
    def data_folder(self) -> Path | None:
        return Path(self.data) if self.data else None

    @property
    def models_folder(self) -> Path:
        return Path(self.models)


def settings_table() -> str:
    """The settings as a Markdown table, for docs/configuration.md."""
    return markdown_table(Settings)
