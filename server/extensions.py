"""Parts: what the routes of one app share."""

from dataclasses import dataclass
from threading import BoundedSemaphore

from flask import Flask, current_app

from inkling.service.store.feedback import Feedback
from server.observability.metrics import Metrics
from server.services.datasets import Datasets
from server.services.model_registry import Models
from server.settings import Settings
from server.store.reports import Reports

KEY = "inkling"


@dataclass(frozen=True)
class Parts:
    """evaluations: one place less than there are threads, so that the page and large pictures find a free one."""

    settings: Settings
    models: Models
    reports: Reports
    feedback: Feedback
    datasets: Datasets
    metrics: Metrics
    evaluations: BoundedSemaphore

    def attach(self, app: Flask) -> None:
        """Make the parts those of an app."""
        app.extensions[KEY] = self


def parts() -> Parts:
    """The parts of the app that answers."""
    return current_app.extensions[KEY]
