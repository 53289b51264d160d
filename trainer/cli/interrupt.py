"""Ctrl-C, as the commands that fit take it."""

import os
import signal
import threading
from collections.abc import Callable


def stop_on_interrupt(also: Callable[[], object] = lambda: None) -> threading.Event:
    """An event that the first Ctrl-C sets, which calls `also`; the second one ends the program."""
    stop = threading.Event()
    terminal = os.dup(2)  # standard error itself is held back while libraries load

    def handle(*_) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        also()
        os.write(terminal, b"\nstopping after this step; the best weights so far are kept. Ctrl-C again gives up.\n")

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    return stop
