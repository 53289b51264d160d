"""The web page: its five views and /static, served from the package `web`."""

import re
from importlib.resources import files
from pathlib import Path, PurePosixPath
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, render_template, request
from werkzeug.security import safe_join

from inkling.service.http.auth import Access, access
from inkling.service.http.security_headers import PERMISSIONS_POLICY, content_security_policy
from inkling.service.http.static_files import revalidated, send_file
from server.extensions import get_state
from server.services.module_preloads import module_preloads

WEB = Path(str(files("web"))).resolve()

blueprint = Blueprint("page", __name__, template_folder=str(WEB / "templates"))

SHARED_STATE = ("model", "crops", "pen", "ink", "image", "tour", "tour-file")
"""Query parameters that the views share: links to other views keep them."""

VIEWS = {"draw": "Draw", "inside": "Inside", "test": "Test", "train": "Train", "teach": "Teach"}
"""Name in the URL -> title, in the order of the navigation."""

TOUR = re.compile(r"tours/([a-z0-9][a-z0-9-]*\.json)", re.ASCII)
"""The path of a guided tour below /static/."""


@blueprint.get("/", defaults={"view": "draw"})
@blueprint.get("/inside", defaults={"view": "inside"})
@blueprint.get("/test", defaults={"view": "test"})
@blueprint.get("/train", defaults={"view": "train"})
@blueprint.get("/teach", defaults={"view": "teach"})
@access(Access.PUBLIC)
def document(view: str) -> Response:
    """The HTML document of a view. It may connect to this server and to the trainer service."""
    trainer = get_state().settings.trainer.rstrip("/")
    page = render_template(
        f"pages/{view}.html",
        view=view,
        views=VIEWS,
        modules=module_preloads()[view],
        shared_state=SHARED_STATE,
        shared_query=urlencode({name: request.args[name] for name in SHARED_STATE if request.args.get(name)}),
        trainer=trainer,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = content_security_policy(trainer)
    response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
    return revalidated(response)


@blueprint.get("/static/<path:name>")
@access(Access.PUBLIC)
def static(name: str) -> Response:
    """Modules, styles and icons of the page."""
    path = safe_join(str(WEB), name)
    if path is None or PurePosixPath(name).suffix == ".html":  # the templates
        abort(404)
    return send_file(_own_tour(name) or Path(path))


def _own_tour(name: str) -> Path | None:
    """The file of a guided tour in the folder of the setting `tours`, if there is one."""
    folder, tour = get_state().settings.tours, TOUR.fullmatch(name)
    path = Path(folder, tour[1]) if folder and tour else None
    return path if path and path.is_file() else None
