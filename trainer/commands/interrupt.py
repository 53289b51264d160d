"""Ctrl-C, as the commands that fit take it."""

import os
import signal
import threading


def stop_on_interrupt() -> threading.Event:
    """An event that the first Ctrl-C sets; the second one ends the program."""
    stop = threading.Event()
    terminal = os.dup(2)  # standard error itself is held back while libraries load

    def handle(*_) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        os.write(terminal, b"\nstopping after this step; the best weights so far are kept. Ctrl-C again gives up.\n")

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    return stop
