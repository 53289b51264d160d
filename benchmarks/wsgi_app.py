"""The app as any WSGI server can load it, configured by environment variables."""

from flask import Flask

from server.app import create_app
from server.settings import Settings


def make_app() -> Flask:
    """The application factory, called in the worker process."""
    return create_app(Settings.from_environment())
