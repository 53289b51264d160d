"""BodyAccess: refuses a large body before it is received, if its sender may not send it."""

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from inkling.errors import InklingError
from inkling.service.http.auth import AccessSettings, access_of, check_access


class BodyAccess:
    """Checks the headers of a request as the app would after the body."""

    def __init__(self, app: Flask, settings: AccessSettings):
        self.views, self.settings = app.view_functions, settings
        self.urls = app.url_map.bind("localhost")

    def find_refusal(self, method: str, path: str, headers: dict[str, str]) -> InklingError | None:
        """The error for a request that the app would refuse. headers: as parsed by waitress, `CONTENT_TYPE`."""
        try:
            endpoint, _ = self.urls.match(path, method)
        except (HTTPException, RequestRedirect):
            return None  # the app answers with its own error
        fields = (headers.get(name) for name in ("AUTHORIZATION", "HOST", "ORIGIN"))
        try:
            check_access(access_of(self.views[endpoint]), self.settings, *fields)
        except InklingError as error:
            return error
        return None
