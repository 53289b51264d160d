"""FeedbackCleaner: a thread that deletes drawings when their retention period is over."""

import logging
from datetime import timedelta
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from inkling.service.http.errors import StoreFull, StoreUnavailable
from inkling.service.store.feedback import FeedbackStore

log = logging.getLogger(__name__)

INTERVAL_SECONDS = 3600.0
"""Time between two deletions. Every worker deletes; the others then find nothing."""


class FeedbackCleaner(Thread):
    """Deletes expired drawings at once and every hour. retention_days: 0 keeps them for ever, and nothing is started."""

    def __init__(self, store: FeedbackStore, retention_days: int):
        super().__init__(name="feedback-cleaner", daemon=True)
        self.store, self.retention_days = store, retention_days
        self.stop_event = Event()

    def start(self) -> None:
        if self.retention_days:
            super().start()

    def run(self) -> None:
        """Delete until `stop` is called."""
        while True:
            self.clean()
            if self.stop_event.wait(INTERVAL_SECONDS):
                return

    def clean(self) -> None:
        """Delete expired drawings. While the database does not work, they are left to the next time."""
        try:
            self.store.delete_expired(timedelta(days=self.retention_days))
        except (StoreUnavailable, StoreFull, SQLAlchemyError) as error:
            log.warning("cannot delete expired feedback: %s", error)

    def stop(self) -> None:
        """Stop, after a deletion in progress."""
        self.stop_event.set()
        if self.is_alive():
            self.join()
