"""Listeners of a fit's events: the terminal, JSON lines, the run's own log, TensorBoard."""

import json
import sys
from typing import IO, Any

from trainer.runs.run import Run
from trainer.training.events import Batch, Epoch, Event, Failed, Finished, Started


class JsonLines:
    """Every event as a line of JSON."""

    def __init__(self, stream: IO[str]):
        self.stream = stream

    def __call__(self, event: Event) -> None:
        print(json.dumps(event.to_dict(), allow_nan=False), file=self.stream, flush=True)


class Terminal:
    """A line an epoch for people; in a terminal the line is alive while the epoch runs."""

    def __init__(self, stream: IO[str] = sys.stderr):
        self.stream = stream
        self.live = stream.isatty()

    def __call__(self, event: Event) -> None:
        text = self._text(event)
        if isinstance(event, Failed) and self.live:
            text = ""  # the line that was alive goes; whoever runs the fit says what went wrong
        if text is None:
            return
        start = "\r\x1b[K" if self.live else ""
        end = "" if isinstance(event, Batch | Failed) else "\n"
        print(f"{start}{text}", end=end, file=self.stream, flush=True)

    def _text(self, event: Event) -> str | None:
        if isinstance(event, Started):
            return _started(event)
        if isinstance(event, Batch):
            if not self.live:
                return None
            return (
                f"epoch {event.epoch}  loss {event.loss:.4f}  accuracy {event.accuracy:.2%}  "
                f"{_pace(event)}{duration(event.seconds_left)} left"
            )
        if isinstance(event, Epoch):
            return (
                f"epoch {event.epoch}/{event.epochs}  loss {event.loss:.4f}  accuracy {event.accuracy:.2%}  "
                f"validation {event.validation_loss:.4f} {event.validation_accuracy:.2%}{' best' if event.best else '     '}  "
                f"{_pace(event)}{duration(event.seconds)}, {duration(event.seconds_left)} left"
            )
        if isinstance(event, Finished):
            test = "  ".join(
                f"{share:.2%} ({crops} crop{'s' * (crops != '1')})" for crops, share in event.test.items() if crops != "n"
            )
            how = "stopped, best weights kept" if event.interrupted else "done"
            return f"{how} in {duration(event.seconds)}; test accuracy {test}, n = {event.test['n']:,}"
        return None


def _started(event: Started) -> str:
    from trainer.networks.table import format_table

    counts = ", ".join(f"{count:,} {part}" for part, count in event.counts.items())
    going_on = f", from epoch {event.first_epoch + 1}" if event.first_epoch else ""
    return (
        f"{format_table(event.layers)}\n"
        f"training on {event.device} ({event.backend}, {event.precision}); images: {counts}; "
        f"{event.epochs} epochs, {event.steps:,} steps{going_on}"
    )


def _pace(event: Batch | Epoch) -> str:
    return "" if event.images_per_second is None else f"{event.images_per_second:,.0f} images/s  "


def duration(seconds: float | None) -> str:
    """Seconds as people say them: 8 s, 3:05, 1:02:03; "?" where nobody knows."""
    if seconds is None:
        return "?"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


BULKY = "per_class", "confusion", "mistakes"
"""What an epoch's event tells and history.jsonl leaves out, so that people can read it."""


class RunLog:
    """history.jsonl of a run; of what an earlier sitting wrote the first `done` epochs stay."""

    def __init__(self, run: Run, done: int):
        self.run = run
        self.lines = [json.dumps(row, allow_nan=False) for row in run.history()[:done]]

    def __enter__(self) -> "RunLog":
        self._write()
        return self

    def __exit__(self, *_: Any) -> None:
        return None

    def __call__(self, event: Event) -> None:
        if isinstance(event, Epoch):
            row = {name: value for name, value in event.to_dict().items() if name not in BULKY}
            self.lines.append(json.dumps(row, allow_nan=False))
            self._write()

    def _write(self) -> None:
        text = "".join(f"{line}\n" for line in self.lines)
        self.run.write("history.jsonl", lambda path: path.write_text(text, "utf-8"))


class TensorBoardLog:
    """Curves for TensorBoard, in the run's folder `tensorboard`, after the first `done` epochs of an earlier sitting."""

    def __init__(self, run: Run, done: int):
        from tensorboardX import SummaryWriter

        self.writer = SummaryWriter(str(run.file("tensorboard")), purge_step=done + 1 if done else None)

    def __enter__(self) -> "TensorBoardLog":
        return self

    def __exit__(self, *_: Any) -> None:
        self.writer.close()

    def __call__(self, event: Event) -> None:
        if isinstance(event, Epoch):
            pairs = {"loss": ("loss", "validation_loss"), "accuracy": ("accuracy", "validation_accuracy")}
            for chart, (training, validation) in pairs.items():
                self.writer.add_scalar(f"{chart}/training", getattr(event, training), event.epoch)
                self.writer.add_scalar(f"{chart}/validation", getattr(event, validation), event.epoch)
            self.writer.add_scalar("learning_rate", event.learning_rate, event.epoch)
            if event.images_per_second is not None:
                self.writer.add_scalar("images_per_second", event.images_per_second, event.epoch)
            self.writer.flush()
