"""Listeners that log a fit: to the terminal, as JSON lines, into the run folder."""

import json
import logging
import shutil
import sys
from typing import IO, Any

from trainer.runs.run import Run
from trainer.runs.summary import MeasuredAccuracy
from trainer.training.events import BatchEvent, EpochEvent, FailedEvent, FinishedEvent, FitEvent, StartedEvent

NOT_IN_HISTORY = "per_class", "confusion_matrix", "mistakes"
"""Fields of an epoch event that history.jsonl omits to stay readable."""


class JsonLinesLogger:
    """Writes every event as a line of JSON."""

    def __init__(self, stream: IO[str]):
        self.stream = stream

    def __call__(self, event: FitEvent) -> None:
        print(json.dumps(event.to_dict(), allow_nan=False), file=self.stream, flush=True)


class TerminalLogger:
    """Prints a line per epoch; on a terminal the current line is updated after each batch event."""

    def __init__(self, stream: IO[str] = sys.stderr):
        self.stream = stream
        self.is_live = stream.isatty()

    def __call__(self, event: FitEvent) -> None:
        text = self._text(event)
        if isinstance(event, FailedEvent) and self.is_live:
            text = ""  # clear the line; the caller prints the error
        if text is None:
            return
        is_current = isinstance(event, BatchEvent | FailedEvent)
        if isinstance(event, BatchEvent):  # a longer line would wrap, and could not be updated
            text = text[: shutil.get_terminal_size().columns - 1]
        self._print(text, end="" if is_current else "\n")

    def show_phase(self, phase: str) -> None:
        """Print what the fit is doing before and after the epochs."""
        self._print(f"{phase} …", end="\n")

    def show_warning(self, warning: str) -> None:
        """Print what the user should know before the epochs."""
        self._print(f"warning: {warning}", end="\n")

    def _print(self, text: str, end: str) -> None:
        start = "\r\x1b[K" if self.is_live else ""
        print(f"{start}{text}", end=end, file=self.stream, flush=True)

    def _text(self, event: FitEvent) -> str | None:
        if isinstance(event, StartedEvent):
            return _format_started(event)
        if isinstance(event, BatchEvent):
            if not self.is_live:
                return None
            return (
                f"epoch {event.epoch}  loss {event.loss:.4f}  accuracy {event.accuracy:.2%}  "
                f"{_format_speed(event)}{format_duration(event.seconds_left)} left"
            )
        if isinstance(event, EpochEvent):
            return (
                f"epoch {event.epoch}/{event.epochs}  loss {event.loss:.4f}  accuracy {event.accuracy:.2%}  "
                f"val_loss {event.val_loss:.4f}  val_accuracy {event.val_accuracy:.2%}{' best' if event.best else '     '}  "
                f"{_format_speed(event)}{format_duration(event.seconds)}, {format_duration(event.seconds_left)} left"
            )
        if isinstance(event, FinishedEvent):
            n = event.test["n"]
            test = ", ".join(
                f"{MeasuredAccuracy.measured(accuracy, n)} with {crops} crop{'s' * (crops != '1')}"
                for crops, accuracy in event.test.items()
                if crops != "n"
            )
            outcome = "stopped, best weights saved" if event.interrupted else "done"
            warnings = "".join(f"\nwarning: {warning}" for warning in event.warnings)
            return f"{outcome} in {format_duration(event.seconds)}; test accuracy {test}{warnings}"
        return None


class PhaseHandler(logging.Handler):
    """Shows what the modules of the trainer log: the phases of a fit, and warnings."""

    def __init__(self, terminal: TerminalLogger):
        super().__init__()
        self.terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Show one entry."""
        show = self.terminal.show_phase if record.levelno < logging.WARNING else self.terminal.show_warning
        show(record.getMessage())


def _format_started(event: StartedEvent) -> str:
    from trainer.networks.layer_table import format_table  # imports Keras

    counts = ", ".join(f"{count:,} {part}" for part, count in event.counts.items())
    resumed = f", resuming at epoch {event.first_epoch + 1}" if event.first_epoch else ""
    return (
        f"{format_table(event.layers)}\n"
        f"training on {event.device} ({event.backend}, {event.precision}); images: {counts}; "
        f"{event.epochs} epochs, {event.steps:,} steps{resumed}"
    )


def _format_speed(event: BatchEvent | EpochEvent) -> str:
    return "" if event.images_per_second is None else f"{event.images_per_second:,.0f} images/s  "


def format_duration(seconds: float | None) -> str:
    """Format seconds as 8 s, 3:05 or 1:02:03; "?" for None."""
    if seconds is None:
        return "?"
    rounded = round(seconds)
    if rounded < 60:
        return f"{rounded} s"
    minutes, rest = divmod(rounded, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


class HistoryLogger:
    """Writes history.jsonl of a run; after a resume the first `done` epochs remain."""

    def __init__(self, run: Run, done: int):
        self.run = run
        self.lines = [json.dumps(row, allow_nan=False) for row in run.history()[:done]]

    def __enter__(self) -> "HistoryLogger":
        self._write()
        return self

    def __exit__(self, *_: Any) -> None:
        return None

    def __call__(self, event: FitEvent) -> None:
        if isinstance(event, EpochEvent):
            row = {name: value for name, value in event.to_dict().items() if name not in NOT_IN_HISTORY}
            self.lines.append(json.dumps(row, allow_nan=False))
            self._write()

    def _write(self) -> None:
        text = "".join(f"{line}\n" for line in self.lines)
        self.run.write("history.jsonl", lambda path: path.write_text(text, "utf-8"))
