"""Pool: the child processes of the service. One is kept warm; those that look into runs and data stay for a while."""

import os
import threading
import time
from concurrent.futures import Future

from inkling.service.store.locations import STORE_VARIABLE as STORE
from trainer.experiments.parallel_fits import ON_TENSORFLOW, SHARED_GPU
from trainer.service.settings import ServiceSettings
from trainer.service.workers.memory import mebibytes, resident
from trainer.service.workers.process import WorkerProcess

LOOK = 0.5
"""Seconds between two looks at what the children take."""


class WorkerPool:
    """Starts, lends, watches and ends children."""

    def __init__(self, settings: ServiceSettings):
        self.settings = settings
        self.lock = threading.RLock()
        self.children: set[WorkerProcess] = set()
        self.warm: list[tuple[WorkerProcess, Future]] = []
        self.lookers: dict[str, tuple[WorkerProcess, float]] = {}
        self.fits: set[WorkerProcess] = set()
        self.closed = False
        self.watching = threading.Event()
        threading.Thread(target=self._watch, name="memory", daemon=True).start()

    def for_fit(self, device: str) -> WorkerProcess:
        """A child to fit in, the warm one where it can take the device. Give it back to `done`."""
        with self.lock:
            child = self._take_warm(device) or self._start({})
            self.fits.add(child)
            self._fill()
            return child

    def for_tensorflow(self) -> WorkerProcess:
        """A child to look into a run or to export it, which stays for the next one that asks."""
        return self._looker("tensorflow", ON_TENSORFLOW, os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow")

    def for_data(self, purpose: str) -> WorkerProcess:
        """A child to read data in, one a purpose, which stays for the next one that asks."""
        return self._looker(purpose, {}, warm=False)

    def done(self, child: WorkerProcess) -> None:
        """A fit is over: its process has nothing more to do."""
        with self.lock:
            self.fits.discard(child)
            child.end("Expected a job that runs. Received one that is over.")
            self._fill()

    def fill(self) -> None:
        """Have as many warm children as are wanted."""
        with self.lock:
            self._fill()

    def loaded(self) -> int:
        """How many warm children have loaded everything."""
        with self.lock:
            return sum(child.alive and loaded.done() and not loaded.exception() for child, loaded in self.warm)

    def close(self) -> None:
        """End all children, and wait until they are gone."""
        with self.lock:
            self.closed = True
            children = list(self.children)
        self.watching.set()
        for child in children:
            child.end("Expected the service to last. Received its end.")
        for child in children:
            child.process.wait()

    def _looker(self, kind: str, environment: dict[str, str], warm: bool) -> WorkerProcess:
        with self.lock:
            child, _ = self.lookers.get(kind, (None, 0.0))
            if child is None or not child.alive:
                child = (self._take_warm("auto") if warm and not self.fits else None) or self._start(environment)
            self.lookers[kind] = child, time.monotonic() + self.settings.linger
            self._fill()
            return child

    def _take_warm(self, device: str) -> WorkerProcess | None:
        """A warm child. One that sees a GPU cannot be told any more to leave it alone."""
        for place, (child, loaded) in enumerate(self.warm):
            fits = device != "cpu" or (loaded.done() and not loaded.exception() and not loaded.result()[0]["gpu"])
            if child.alive and fits:
                del self.warm[place]
                return child
        return None

    def _fill(self) -> None:
        """A fit needs all cores: none is warmed beside it, but for the jobs that may still begin."""
        self.warm = [(child, loaded) for child, loaded in self.warm if child.alive]
        free = self.settings.jobs - len(self.fits)
        wanted = 0 if self.closed or free <= 0 else self.settings.warm
        for _ in range(wanted - len(self.warm)):
            child = self._start({})
            self.warm.append((child, child.call("warm")))

    def _start(self, environment: dict[str, str]) -> WorkerProcess:
        given = {STORE: self.settings.store}  # where drawings of feedback are
        child = WorkerProcess((SHARED_GPU if self.settings.jobs > 1 else {}) | given | environment, self._ended)
        self.children.add(child)
        return child

    def _ended(self, child: WorkerProcess) -> None:
        with self.lock:
            self.children.discard(child)
            self.fits.discard(child)

    def _watch(self) -> None:
        bound = self.settings.job_memory
        while not self.watching.wait(LOOK):
            with self.lock:
                children = list(self.children)
                for kind, (child, until) in list(self.lookers.items()):
                    if not child.busy and time.monotonic() > until:
                        del self.lookers[kind]
                        child.end("Expected a question in time. Received none.")
            for child in children:
                taken = mebibytes(resident(child.pid))
                if taken > bound:
                    child.end(f"Expected the job's process to take at most {bound:,} MiB of memory. Received {taken:,} MiB.")
