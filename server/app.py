"""The application factory. Importing this module has no side effects."""

from flask import Flask

from inkling.service.http import auth, cors, error_handlers, security_headers
from inkling.service.http.json_provider import OrjsonProvider
from inkling.service.observability.observer import RequestObserver
from inkling.service.openapi.docs import create_blueprint
from inkling.service.store.database import open_database
from inkling.service.store.feedback import FeedbackStore
from server.api.data.views import blueprint as data_api
from server.api.evaluate.views import blueprint as evaluate_api
from server.api.explain.views import blueprint as explain_api
from server.api.feedback.views import blueprint as feedback_api
from server.api.health.views import blueprint as health_api
from server.api.inference_protocol.errors import format_error
from server.api.inference_protocol.views import blueprint as inference_protocol_api
from server.api.metrics.views import blueprint as metrics_api
from server.api.models.views import blueprint as models_api
from server.api.openapi.document import build_document
from server.api.page.views import blueprint as page_api
from server.api.predict.views import blueprint as predict_api
from server.api.read.views import blueprint as read_api
from server.api.reports.views import blueprint as reports_api
from server.api.versions.views import blueprint as versions_api
from server.extensions import AppState, get_state
from server.observability.metrics import Metrics
from server.services.datasets import NamedDatasets
from server.services.evaluation import EvaluationService
from server.services.model_registry import ModelRegistry
from server.settings import Settings
from server.store.reports import ReportStore

BLUEPRINTS = (
    data_api,
    create_blueprint(lambda: build_document(get_state().settings)),
    evaluate_api,
    explain_api,
    feedback_api,
    health_api,
    inference_protocol_api,
    metrics_api,
    models_api,
    page_api,
    predict_api,
    read_api,
    reports_api,
    versions_api,
)

FORM_MEMORY_BYTES = 500_000
"""werkzeug's default. It reads forms in blocks of 64 KiB, each of which must fit; files are not held in memory."""


def create_app(settings: Settings) -> Flask:
    """Load the models, open the store and register the views. Call it in each worker process, after the fork.

    Raises InvalidSettings if the store cannot be opened. Without a valid model the app starts, and /health/ready says why it
    is not ready.
    """
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.url_map.merge_slashes = False
    app.config.update(MAX_CONTENT_LENGTH=settings.max_predict_bytes, MAX_FORM_MEMORY_SIZE=FORM_MEMORY_BYTES)
    state = create_state(settings)
    state.attach(app)
    state.observer.register(app)
    auth.register(app, settings)
    cors.register(app, settings.cors_origin)
    security_headers.register(app)
    error_handlers.register(app, format_error)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def create_state(settings: Settings) -> AppState:
    """Create the stores and services. Raises InvalidSettings."""
    models = ModelRegistry(settings.models_folder, settings.model)
    engine = open_database(settings.store)
    reports = ReportStore(engine, settings.max_reports, settings.max_reports_with_images)
    feedback = FeedbackStore(engine, settings.max_feedback)
    metrics = Metrics(models, reports, feedback)
    return AppState(
        settings=settings,
        models=models,
        reports=reports,
        feedback=feedback,
        datasets=NamedDatasets(settings.data_folder, feedback, settings),
        evaluations=EvaluationService(
            reports, metrics, max_concurrent=max(1, settings.threads - 1), max_images=settings.max_report_images
        ),
        metrics=metrics,
        observer=RequestObserver("server", metrics.http),
    )
