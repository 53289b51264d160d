"""The progress of a fit on a terminal."""

import io
import logging

import pytest

from trainer.training.events import BatchEvent
from trainer.training.loggers import PhaseHandler, TerminalLogger

BATCH = BatchEvent(
    epoch=3, step=7, loss=0.5, accuracy=0.9, images_seen=700, images_per_second=1234.5, seconds_left=61.0, learning_rate=0.01
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def make_record(text: str) -> logging.LogRecord:
    """What a module logs."""
    return logging.LogRecord("trainer.fit", logging.INFO, "", 0, "loading %s", (text,), None)


@pytest.mark.parametrize("columns", [20, 200])
def test_current_line_fits_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: int):
    """A line that wraps could not be updated."""
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = Terminal()
    TerminalLogger(stream)(BATCH)
    text = stream.getvalue().removeprefix("\r\x1b[K")
    assert text == "epoch 3  loss 0.5000  accuracy 90.00%  1,234 images/s  1:01 left"[: columns - 1]


def test_phase_replaces_the_current_line():
    """On a terminal; elsewhere, it is a line like others, and batches are not printed."""
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        logger = TerminalLogger(stream)
        logger(BATCH)
        PhaseHandler(logger).emit(make_record("mnist"))
    assert terminal.getvalue().endswith("\r\x1b[Kloading mnist …\n")
    assert file.getvalue() == "loading mnist …\n"
