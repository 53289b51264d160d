"""Ctrl-C in commands that fit: the first stops gracefully, the second ends the program."""

import os
import signal
import threading
from collections.abc import Callable


def stop_on_interrupt(on_stop: Callable[[], object] = lambda: None) -> threading.Event:
    """Return an event that the first SIGINT or SIGTERM sets, after which `on_stop` is called; the second ends the program."""
    stop = threading.Event()
    terminal = os.dup(2)  # standard error itself is buffered while libraries load

    def handle(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        on_stop()
        os.write(terminal, b"\nStopping after this step; the best weights so far are saved. Press Ctrl-C again to abort.\n")

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    return stop
