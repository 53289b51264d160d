"""The app: everything that answers, put together for the given settings. Importing this module does nothing."""

from threading import BoundedSemaphore

from flask import Flask

from server import failures, manners, metrics
from server.datasets import Datasets
from server.encoding import OrjsonProvider
from server.models import Models
from server.parts import Parts
from server.routes import data, docs, evaluate, explain, feedback, health, models, page, predict, read, report_images, reports
from server.routes import metrics as metrics_route
from server.settings import Settings
from server.store.database import open_database
from server.store.feedback import Feedback
from server.store.reports import Reports

ROUTES = (page, predict, read, explain, data, evaluate, reports, report_images, models, feedback, health, metrics_route, docs)

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
    manners.register(app, settings)
    failures.register(app)
    for route in ROUTES:
        app.register_blueprint(route.blueprint)
    return app
