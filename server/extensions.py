"""AppState: what the views of one app share."""

from dataclasses import dataclass

from flask import Flask, current_app

from inkling.service.observability.observer import RequestObserver
from inkling.service.store.feedback import FeedbackStore
from server.observability.metrics import Metrics
from server.services.datasets import NamedDatasets
from server.services.evaluation import EvaluationService
from server.services.model_registry import ModelRegistry
from server.settings import Settings
from server.store.reports import ReportStore

EXTENSION_KEY = "inkling"


@dataclass(frozen=True)
class AppState:
    """The settings, stores and services of an app."""

    settings: Settings
    models: ModelRegistry
    reports: ReportStore
    feedback: FeedbackStore
    datasets: NamedDatasets
    evaluations: EvaluationService
    metrics: Metrics
    observer: RequestObserver

    def attach(self, app: Flask) -> None:
        """Make this the state of an app."""
        app.extensions[EXTENSION_KEY] = self


def get_state() -> AppState:
    """The state of the current app."""
    state: AppState = current_app.extensions[EXTENSION_KEY]
    return state
