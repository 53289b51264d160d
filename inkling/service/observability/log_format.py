"""Log entries as JSON for machines or as text for people."""

import logging
import sys
import time
from typing import IO, Any

from inkling.service.http.json_provider import dumps

AUTO, JSON, TEXT = "auto", "json", "text"
LOG_FORMATS = (AUTO, JSON, TEXT)

TEXT_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def is_json(log_format: str, stream: IO[str]) -> bool:
    """Whether a stream gets JSON. log_format: one of LOG_FORMATS; `auto` is text in a terminal, else JSON."""
    return log_format == JSON or (log_format == AUTO and not stream.isatty())


def utc_time(seconds: float) -> str:
    """A time since the epoch as ISO 8601 with milliseconds: 2026-01-31T12:00:00.000Z."""
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{int(seconds * 1000) % 1000:03d}Z"


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time, level, logger, process, message and, if there is one, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {"time": utc_time(record.created), "level": record.levelname.lower(), "logger": record.name}
        entry |= {"process": record.process, "message": record.getMessage()}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return dumps(entry).decode()


def configure_logging(log_format: str) -> None:
    """Log warnings and errors to standard error. log_format: one of LOG_FORMATS."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if is_json(log_format, sys.stderr) else logging.Formatter(TEXT_FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
