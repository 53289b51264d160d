"""The OpenAPI specification of the page and /static."""

from typing import Any

from inkling.service.openapi.operation import FILE, ok_response, operation, path_parameter
from server.api.page.views import VIEWS


def paths() -> dict[str, Any]:
    """Path -> method -> operation."""
    unchanged = {"304": {"description": "Not modified."}}
    document = ok_response("The HTML document.", {"type": "string"}, "text/html") | unchanged
    views = {
        f"/{name.removeprefix('draw')}": {
            "get": operation("Page", f"The view {title}", document, (404,), operationId=f"view_{name}")
        }
        for name, title in VIEWS.items()
    }
    file = {"200": {"description": "The file.", "content": {"*/*": {"schema": FILE}}}} | unchanged
    parameters = [path_parameter("name", "The path of a file.") | {"example": "js/draw/view.js"}]
    static = operation("Page", "Modules, styles and icons", file, (404,), operationId="static", parameters=parameters)
    return {**views, "/static/{name}": {"get": static}}
