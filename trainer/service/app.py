"""The application factory. Importing this module has no effect."""

from flask import Flask

from inkling.service.http import auth, cors, error_handlers, security_headers
from inkling.service.http.json_provider import OrjsonProvider
from inkling.service.openapi.docs import create_blueprint
from trainer.service.api import (
    data,
    drawings,
    events,
    health,
    inspection,
    jobs,
    lesson_training,
    lessons,
    metrics,
    publish,
    settings,
)
from trainer.service.api.openapi.document import build_document
from trainer.service.extensions import TrainerState

RESOURCES = (settings, jobs, events, inspection, publish, data, lessons, lesson_training, drawings, health, metrics)


def create_app(state: TrainerState) -> Flask:
    """The Flask app with its state and blueprints."""
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.url_map.merge_slashes = False
    app.config.update(MAX_CONTENT_LENGTH=state.settings.max_body_bytes)
    state.attach(app)
    state.observer.register(app)
    auth.register(app, state.settings)
    cors.register(app, state.settings.cors_origin)
    security_headers.register(app)
    error_handlers.register(app)
    for resource in RESOURCES:
        app.register_blueprint(resource.blueprint)
    app.register_blueprint(create_blueprint(build_document))
    return app
