"""The app, as every WSGI server can load it; its settings come from the environment."""

from flask import Flask

from server.app import create_app
from server.settings import Settings


def make() -> Flask:
    """Make the app in the process that answers."""
    return create_app(Settings.from_environment())
