"""The limit on the work of a request."""

from contextlib import AbstractContextManager

from flask import request

from inkling.deadline import time_limit
from inkling.service.wsgi.tasks import CLIENT_GONE_KEY
from server.extensions import get_state


def request_time_limit() -> AbstractContextManager[None]:
    """Limit the CPU time of the current request, and end its work when the client is gone."""
    is_client_gone = request.environ.get(CLIENT_GONE_KEY, lambda: False)
    return time_limit(get_state().settings.max_request_seconds, is_client_gone)
