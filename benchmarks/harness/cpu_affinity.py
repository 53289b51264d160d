"""Cores: on which of them something runs."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


def available() -> list[int]:
    """The cores that this process may use; [] where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def apart() -> tuple[set[int], set[int]] | None:
    """A core for what is measured and others for what measures it; None where there are not two."""
    cores = available()
    return ({cores[0]}, set(cores[1:])) if len(cores) > 1 else None


@contextmanager
def on(cores: set[int] | None) -> Iterator[None]:
    """Keep this thread, and every process it starts meanwhile, on some cores; None changes nothing."""
    if cores is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def alone(function: Callable, *arguments: Any, cores: set[int] | None = None) -> Any:
    """What a function gives, called in a new process, so that neither its imports nor its threads stay in this one."""
    with on(cores), ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(function, *arguments).result()
        except (KeyboardInterrupt, SystemExit):
            for child in multiprocessing.active_children():  # else leaving the pool waits for the function's end
                child.terminate()
            raise
