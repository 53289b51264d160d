"""Parts: what the routes of the service share."""

from dataclasses import dataclass

from flask import Flask, current_app

from trainer.service.datasets import Datasets
from trainer.service.jobs.event_logs import Logs
from trainer.service.jobs.queue import Jobs
from trainer.service.lessons.lesson_service import Lessons
from trainer.service.publisher import Press
from trainer.service.settings import ServiceSettings
from trainer.service.workers.pool import Pool

KEY = "inkling.trainer"


@dataclass(frozen=True)
class Parts:
    """datasets: the data that can be trained on. press: what is being published."""

    settings: ServiceSettings
    jobs: Jobs
    logs: Logs
    pool: Pool
    datasets: Datasets
    press: Press
    lessons: Lessons

    def attach(self, app: Flask) -> None:
        """Make the parts those of an app."""
        app.extensions[KEY] = self


def parts() -> Parts:
    """The parts of the app that answers."""
    return current_app.extensions[KEY]
