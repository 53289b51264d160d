"""The app: everything that answers, put together for the given settings. Importing this module does nothing."""

from threading import BoundedSemaphore

from flask import Flask

from inkling.service.http import error_handlers, security_headers
from inkling.service.http.json_provider import OrjsonProvider
from inkling.service.store.database import open_database
from inkling.service.store.feedback import Feedback
from server.api.data.views import blueprint as data_api
from server.api.docs.views import blueprint as docs_api
from server.api.evaluate.views import blueprint as evaluate_api
from server.api.explain.views import blueprint as explain_api
from server.api.feedback.views import blueprint as feedback_api
from server.api.health.views import blueprint as health_api
from server.api.metrics.views import blueprint as metrics_api
from server.api.models.views import blueprint as models_api
from server.api.page.views import blueprint as page_api
from server.api.predict.views import blueprint as predict_api
from server.api.read.views import blueprint as read_api
from server.api.reports.images import blueprint as report_images_api
from server.api.reports.views import blueprint as reports_api
from server.extensions import Parts
from server.observability import metrics
from server.services.datasets import Datasets
from server.services.model_registry import Models
from server.settings import Settings
from server.store.reports import Reports

BLUEPRINTS = (
    data_api,
    docs_api,
    evaluate_api,
    explain_api,
    feedback_api,
    health_api,
    metrics_api,
    models_api,
    page_api,
    predict_api,
    read_api,
    reports_api,
    report_images_api,
)

FORM_MEMORY_BYTES = 500_000
"""werkzeug's own default. It reads forms in blocks of 64 KiB, each of which must fit, though files are not kept in memory."""


def create_app(settings: Settings) -> Flask:
    """Load the models, open the store and join the routes. Call it in the process that answers, after any fork.

    Raises BadSettings where the store cannot be opened. A folder without a model that loads is no error: /health/ready
    tells.
    """
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.url_map.merge_slashes = False
    app.config.update(MAX_CONTENT_LENGTH=settings.max_predict_bytes, MAX_FORM_MEMORY_SIZE=FORM_MEMORY_BYTES)
    loaded = Models(settings.models_folder, settings.model)
    store = open_database(settings.store)
    kept = Reports(store, settings.max_reports, settings.max_reports_with_images)
    taught = Feedback(store, settings.max_feedback)
    counted = metrics.Metrics(loaded, kept, taught)
    datasets = Datasets(settings.data_folder, taught, settings)
    Parts(settings, loaded, kept, taught, datasets, counted, BoundedSemaphore(max(1, settings.threads - 1))).attach(app)
    metrics.register(app, counted)
    security_headers.register(app, settings)
    error_handlers.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
