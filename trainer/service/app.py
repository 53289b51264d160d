"""The app: everything that answers, put together from its parts. Importing this module does nothing."""

from flask import Flask

from inkling.service.http import auth, cors, error_handlers, security_headers
from inkling.service.http.json_provider import OrjsonProvider
from trainer.service.api import (
    data,
    drawings,
    events,
    health,
    jobs,
    lessons,
    predictions,
    publish,
    settings,
    snapshot,
    teaching,
)
from trainer.service.extensions import TrainerState

ROUTES = (settings, jobs, events, snapshot, predictions, publish, data, lessons, teaching, drawings, health)


def create_app(parts: TrainerState) -> Flask:
    """Join the routes."""
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.url_map.merge_slashes = False
    app.config.update(MAX_CONTENT_LENGTH=parts.settings.max_body_bytes)
    parts.attach(app)
    auth.register(app, parts.settings)
    cors.register(app, parts.settings.cors_origin)
    security_headers.register(app)
    error_handlers.register(app)
    for route in ROUTES:
        app.register_blueprint(route.blueprint)
    return app
