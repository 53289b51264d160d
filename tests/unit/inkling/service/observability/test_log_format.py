"""Log entries as JSON or text."""

import io
import logging

import orjson
import pytest

from inkling.service.observability.log_format import JsonFormatter, is_json


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("log_format", "stream", "expected"),
    [
        ("auto", io.StringIO(), True),
        ("auto", Terminal(), False),
        ("json", Terminal(), True),
        ("text", io.StringIO(), False),
    ],
)
def test_format(log_format: str, stream: io.StringIO, expected: bool):
    """People read terminals, programs the rest, unless the setting says otherwise."""
    assert is_json(log_format, stream) == expected


def test_traceback_is_part_of_the_entry():
    """An entry is one line."""
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    line = JsonFormatter().format(logging.LogRecord("server.x", logging.ERROR, "", 1, "failure %s", ("a1",), info))
    entry = orjson.loads(line)
    assert "\n" not in line
    assert (entry["level"], entry["logger"], entry["message"]) == ("error", "server.x", "failure a1")
    assert entry["traceback"].endswith("ValueError: two\nlines")
