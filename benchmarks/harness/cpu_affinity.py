"""CPU affinity: pin threads and processes to cores."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


def available_cores() -> list[int]:
    """The cores this process may use; [] if the system does not report them."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def first_core() -> set[int] | None:
    """One core for single-core measurements; None if the system does not report cores."""
    return set(available_cores()[:1]) or None


def split_cores() -> tuple[set[int], set[int]] | tuple[None, None]:
    """One core for the system under test and the rest for the load generator; (None, None) on fewer than two cores."""
    cores = available_cores()
    return ({cores[0]}, set(cores[1:])) if len(cores) > 1 else (None, None)


@contextmanager
def pinned_to(cores: set[int] | None) -> Iterator[None]:
    """Pin this thread, and the processes it starts inside the block, to `cores`; None changes nothing."""
    if cores is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def run_in_process(function: Callable, *arguments: Any, cores: set[int] | None = None) -> Any:
    """Call a function in a new process, so that its imports and threads do not stay in this one."""
    with pinned_to(cores), ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(function, *arguments).result()
        except (KeyboardInterrupt, SystemExit):
            for child in multiprocessing.active_children():  # otherwise leaving the pool waits for the function to return
                child.terminate()
            raise
