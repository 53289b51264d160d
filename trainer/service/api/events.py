"""GET /jobs/ID/events: the events of a job as server-sent events."""

from flask import Blueprint, Response, request

from inkling.errors import InvalidInput
from inkling.service.http.errors import Busy
from inkling.service.parsing.query import read_query
from trainer.service.extensions import get_state
from trainer.service.sse_server import EVENT_STREAM_KEY, STREAM_COUNT_KEY, EventStream

blueprint = Blueprint("events", __name__)

MEDIA_TYPE = "text/event-stream"
MAX_ID_DIGITS = 15


@blueprint.get("/jobs/<job_id>/events")
def events(job_id: str) -> Response:
    """All events, or those after Last-Event-ID. 204 if no more will follow, so that browsers do not reconnect."""
    read_query(request)
    get_state().jobs.get(job_id)
    log = get_state().logs.get(job_id)  # before the state is read, since a job completes its log last
    if get_state().jobs.has_ended(job_id):
        log.is_complete = True
    last_id = request.headers.get("Last-Event-ID", "0")
    is_number = last_id.isascii() and last_id.isdigit() and len(last_id) <= MAX_ID_DIGITS
    try:
        offset = log.offset_after(int(last_id) if is_number else -1)
    except IndexError as error:
        raise InvalidInput(f"Last-Event-ID must be a number between 0 and {len(log)}, not {last_id!r:.40}.") from error
    if log.is_complete and offset == log.size and len(log):
        return Response(status=204)
    if request.method == "GET":
        _check_stream_limit()
        request.environ[EVENT_STREAM_KEY] = EventStream(log, offset)  # SseServer sends the body
    return Response(iter(()), mimetype=MEDIA_TYPE, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def _check_stream_limit() -> None:
    """Keep connections free for other requests. Raises Busy."""
    settings = get_state().settings
    limit = min(settings.max_event_streams, settings.max_connections * 4 // 5)
    if request.environ.get(STREAM_COUNT_KEY, lambda: 0)() >= limit:
        raise Busy(f"{limit:,} event streams are open; retry later, or follow the job with GET /jobs/ID.")
