"""GET /jobs/ID/events: what a job tells, as server-sent events."""

from flask import Blueprint, Response, request

from inkling.errors import InvalidInput
from inkling.service.parsing.query import read_query
from trainer.service.extensions import get_state
from trainer.service.sse_server import EVENT_STREAM_KEY, EventStream

blueprint = Blueprint("events", __name__)

MEDIA_TYPE = "text/event-stream"


@blueprint.get("/jobs/<number>/events")
def events(number: str) -> Response:
    """Everything from the beginning, or after Last-Event-ID. 204 where nothing more will come, so that browsers rest."""
    read_query(request)
    get_state().jobs.get(number)
    log = get_state().logs.of(number)  # first the log, which is closed at the end, then the state
    if get_state().jobs.is_over(number):
        log.over = True
    given = request.headers.get("Last-Event-ID", "0")
    try:
        begin = log.after(int(given) if given.isascii() and given.isdigit() and len(given) < 16 else -1)
    except IndexError as error:
        raise InvalidInput(f"Expected Last-Event-ID between 0 and {len(log)}. Received {given!r:.40}.") from error
    if log.over and begin == log.size and len(log):
        return Response(status=204)
    if request.method == "GET":
        request.environ[EVENT_STREAM_KEY] = EventStream(log, begin)  # SseServer sends the body
    return Response(iter(()), mimetype=MEDIA_TYPE, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
