"""TakeUp: the thread of a worker that notices what is published, and lets it answer without a restart."""

import logging
from threading import Event, Thread

from server.observability.metrics import Metrics
from server.runtime.malloc import give_back_free_memory
from server.services.model_registry import Models, Stamp, stamps

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""Between two looks at the folder, of about 30 µs each. What changed has to look the same twice before it is read, as a file
that is copied into the folder grows for a while: so a model answers one second after it was renamed into place."""


class TakeUp(Thread):
    """Looks at the folder of models again and again; requests go on beside it, and never wait for it."""

    def __init__(self, models: Models, metrics: Metrics):
        super().__init__(name="take-up", daemon=True)
        self.models, self.metrics = models, metrics
        self.before: dict[str, Stamp] = models.taken
        self.readable = True
        self.changed = False
        self.ending = Event()

    def run(self) -> None:
        """Look until told to end."""
        while not self.ending.wait(LOOK_SECONDS):
            if self.changed:  # at the last look: by now nobody answers with the old one any more
                give_back_free_memory()
            self.changed = self.look()

    def end(self) -> None:
        """Look no more; a model that is being loaded is loaded to its end."""
        self.ending.set()
        self.join()

    def look(self) -> bool:
        """Take up what has changed and stands still by now. Whether there was anything."""
        taken = self.models.taken  # before the folder is looked at: a rollback may change both meanwhile
        try:
            found = stamps(self.models.folder)
        except OSError as error:
            if self.readable:
                log.warning("cannot look for models, and answer with those that are loaded: %s", error)
            self.readable = False
            return False
        self.readable = True
        still = [
            name
            for name in sorted(found.keys() | taken.keys())
            if found.get(name) != taken.get(name) and found.get(name) == self.before.get(name)
        ]
        for name in still:
            (self.models.take if name in found else self.models.drop)(self.models.folder / name)
        self.before = found
        if still:
            self.metrics.tell_ready(self.models)
        return bool(still)
