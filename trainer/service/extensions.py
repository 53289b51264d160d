"""The application state that the views share."""

from dataclasses import dataclass

from flask import Flask, current_app

from inkling.service.observability.observer import RequestObserver
from trainer.service.datasets import DatasetCatalog
from trainer.service.jobs.event_log import EventLogs
from trainer.service.jobs.queue import JobQueue
from trainer.service.lessons.lesson_service import LessonService
from trainer.service.metrics import TrainerMetrics
from trainer.service.publisher import Publisher
from trainer.service.settings import ServiceSettings
from trainer.service.workers.pool import WorkerPool

KEY = "inkling.trainer"


@dataclass(frozen=True)
class TrainerState:
    """Everything that lives as long as the service."""

    settings: ServiceSettings
    jobs: JobQueue
    logs: EventLogs
    pool: WorkerPool
    datasets: DatasetCatalog
    publisher: Publisher
    lessons: LessonService
    metrics: TrainerMetrics
    observer: RequestObserver

    def attach(self, app: Flask) -> None:
        """Register the state with an app."""
        app.extensions[KEY] = self


def get_state() -> TrainerState:
    """The state of the current app."""
    return current_app.extensions[KEY]
