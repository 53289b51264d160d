"""The pen beside strokes inside JSON."""

from typing import Any

from inkling.imaging.strokes import check_pen


def pop_pen(body: dict[str, Any]) -> float | None:
    """Take the width of the pen out of a body that holds strokes; None where there is none. Raises BadInput."""
    return check_pen(body.pop("pen")) if "strokes" in body and "pen" in body else None
