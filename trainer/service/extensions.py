"""Parts: what the routes of the service share."""

from dataclasses import dataclass

from flask import Flask, current_app

from trainer.service.datasets import DatasetCatalog
from trainer.service.jobs.event_logs import EventLogs
from trainer.service.jobs.queue import JobQueue
from trainer.service.lessons.lesson_service import LessonService
from trainer.service.publisher import Publisher
from trainer.service.settings import ServiceSettings
from trainer.service.workers.pool import WorkerPool

KEY = "inkling.trainer"


@dataclass(frozen=True)
class TrainerState:
    """datasets: the data that can be trained on. press: what is being published."""

    settings: ServiceSettings
    jobs: JobQueue
    logs: EventLogs
    pool: WorkerPool
    datasets: DatasetCatalog
    press: Publisher
    lessons: LessonService

    def attach(self, app: Flask) -> None:
        """Make the parts those of an app."""
        app.extensions[KEY] = self


def get_state() -> TrainerState:
    """The parts of the app that answers."""
    return current_app.extensions[KEY]
