"""The worker processes of the service: one per fit, warm ones in reserve, and shared ones for inspection and data."""

import os
import threading
import time
from concurrent.futures import Future

from inkling.errors import TooLarge
from inkling.service.store.locations import STORE_VARIABLE
from trainer.experiments.parallel_fits import ON_TENSORFLOW, SHARED_GPU
from trainer.service.settings import ServiceSettings
from trainer.service.workers.memory import mebibytes, resident
from trainer.service.workers.process import WorkerProcess

TENSORFLOW = "tensorflow"
"""Key of the shared worker for inspections; the others read datasets."""

POLL_INTERVAL = 0.2
"""Seconds between two checks of memory and idle time."""


class WorkerPool:
    """Starts, hands out, watches and terminates worker processes. Thread-safe."""

    def __init__(self, settings: ServiceSettings):
        self.settings = settings
        self.lock = threading.RLock()
        self.workers: set[WorkerProcess] = set()
        self.warm: list[tuple[WorkerProcess, Future]] = []
        self.shared: dict[str, tuple[WorkerProcess, float]] = {}
        self.fitting: set[WorkerProcess] = set()
        self.closed = threading.Event()
        threading.Thread(target=self._watch, name="worker watch", daemon=True).start()

    def acquire(self, device: str) -> WorkerProcess:
        """A worker for one fit on `device`, a warm one if possible. Return it with `release`."""
        with self.lock:
            worker = self._take_warm(device) or self._start({})
            self.fitting.add(worker)
            self._start_warm_workers()
            return worker

    def release(self, worker: WorkerProcess) -> None:
        """Terminate the worker of a fit that has ended."""
        with self.lock:
            self.fitting.discard(worker)
            worker.terminate("The job has ended.")
            self._start_warm_workers()

    def tensorflow_worker(self) -> WorkerProcess:
        """The shared worker that inspects and exports runs."""
        uses_default_backend = os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow"
        return self._shared_worker(TENSORFLOW, ON_TENSORFLOW, uses_default_backend)

    def data_worker(self, purpose: str) -> WorkerProcess:
        """The shared worker that reads datasets for one purpose."""
        return self._shared_worker(purpose, {}, may_be_warm=False)

    def start_warm_workers(self) -> None:
        """Start as many warm workers as the settings ask for."""
        with self.lock:
            self._start_warm_workers()

    def count_ready(self) -> int:
        """The number of warm workers that have loaded everything."""
        with self.lock:
            return sum(worker.is_alive and loaded.done() and not loaded.exception() for worker, loaded in self.warm)

    def close(self) -> None:
        """Terminate all workers and wait for their end."""
        with self.lock:
            self.closed.set()
            workers = list(self.workers)
        for worker in workers:
            worker.terminate("The service was stopped.")
        for worker in workers:
            worker.process.wait()

    def _shared_worker(self, key: str, environment: dict[str, str], may_be_warm: bool) -> WorkerProcess:
        with self.lock:
            worker, _ = self.shared.get(key, (None, 0.0))
            if worker is None or not worker.is_alive:
                worker = (self._take_warm("auto") if may_be_warm and not self.fitting else None) or self._start(environment)
            self.shared[key] = worker, time.monotonic() + self.settings.worker_idle_timeout
            self._start_warm_workers()
            return worker

    def _take_warm(self, device: str) -> WorkerProcess | None:
        """A warm worker. One that has initialized a GPU cannot fit on the CPU any more."""
        for index, (worker, loaded) in enumerate(self.warm):
            suits = device != "cpu" or (loaded.done() and not loaded.exception() and not loaded.result()[0]["gpu"])
            if worker.is_alive and suits:
                del self.warm[index]
                return worker
        return None

    def _start_warm_workers(self) -> None:
        """Start missing warm workers, but none while the maximum number of fits needs all cores."""
        self.warm = [(worker, loaded) for worker, loaded in self.warm if worker.is_alive]
        can_start_job = len(self.fitting) < self.settings.jobs
        target = self.settings.warm_workers if can_start_job and not self.closed.is_set() else 0
        for _ in range(target - len(self.warm)):
            worker = self._start({})
            self.warm.append((worker, worker.submit("warm")))

    def _start(self, environment: dict[str, str]) -> WorkerProcess:
        store = {STORE_VARIABLE: self.settings.store}  # for the datasets `feedback` and `lesson:ID`
        worker = WorkerProcess((SHARED_GPU if self.settings.jobs > 1 else {}) | store | environment, self._forget)
        self.workers.add(worker)
        return worker

    def _forget(self, worker: WorkerProcess) -> None:
        with self.lock:
            self.workers.discard(worker)
            self.fitting.discard(worker)

    def _watch(self) -> None:
        while not self.closed.wait(POLL_INTERVAL):
            with self.lock:
                readers = {worker for key, (worker, _) in self.shared.items() if key != TENSORFLOW}
                workers = list(self.workers)
                for key, (worker, expires) in list(self.shared.items()):
                    if not worker.is_busy and time.monotonic() > expires:
                        del self.shared[key]
                        worker.terminate("The worker process was idle.")
            for worker in workers:
                used = mebibytes(resident(worker.pid))
                if worker in readers and used > self.settings.data_memory:
                    worker.terminate(
                        f"Reading the datasets took {used:,} MiB of memory; the limit is {self.settings.data_memory:,} MiB. "
                        "Use fewer or smaller ones, or raise --data-memory.",
                        TooLarge,
                    )
                elif used > self.settings.job_memory:
                    limit = self.settings.job_memory
                    worker.terminate(f"The job's process used {used:,} MiB of memory; the limit is {limit:,} MiB.")
