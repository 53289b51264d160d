"""The undo log of lessons: each action with the lesson's state before it."""

from typing import Any

from sqlalchemy import Column, Connection, Integer, LargeBinary, Row, String, Table, Text, delete, func, insert, select

from inkling.service.store.database import metadata
from inkling.service.store.pagination import position_column

MAX_ACTIONS = 100
"""Actions of a lesson that can be undone; each stores the weights before it, 2 to 40 kB."""

table = Table(
    "lesson_actions",
    metadata,
    position_column(),
    Column("lesson", String(64), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("drawing", String(64)),
    Column("previous_label", Text),
    Column("steps", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("weights", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

STATE_COLUMNS = ("steps", "seed", "weights")
"""Fields of a lesson that actions change and undoing restores."""


def push(connection: Connection, lesson: dict[str, Any], kind: str, drawing: str | None, previous_label: str | None) -> None:
    """Log an action with the lesson's state before it. previous_label: of the drawing, None if it is new."""
    state = {name: lesson[name] for name in STATE_COLUMNS}
    row = state | {"lesson": lesson["id"], "kind": kind, "drawing": drawing, "previous_label": previous_label}
    connection.execute(insert(table).values(row))
    own = table.c.lesson == lesson["id"]
    oldest_excess = select(table.c.position).where(own).order_by(table.c.position.desc()).offset(MAX_ACTIONS).limit(1)
    connection.execute(delete(table).where(own & (table.c.position <= oldest_excess.scalar_subquery())))


def pop(connection: Connection, lesson_id: str) -> dict[str, Any] | None:
    """Remove and return the last action: kind, drawing, previous_label, and `before`, the state; None if the log is empty."""
    own = table.c.lesson == lesson_id
    row = connection.execute(select(table).where(own).order_by(table.c.position.desc()).limit(1)).first()
    if row is None:
        return None
    connection.execute(delete(table).where(table.c.position == row.position))
    return _to_dict(row)


def list_all(connection: Connection, lesson_id: str) -> list[dict[str, Any]]:
    """Every logged action as `pop` returns it, oldest first."""
    rows = connection.execute(select(table).where(table.c.lesson == lesson_id).order_by(table.c.position))
    return [_to_dict(row) for row in rows]


def count(connection: Connection, lesson_id: str) -> int:
    """The number of actions that can be undone."""
    return connection.execute(select(func.count()).select_from(table).where(table.c.lesson == lesson_id)).scalar_one()


def clear(connection: Connection, lesson_id: str) -> None:
    """Delete the log of a lesson."""
    connection.execute(delete(table).where(table.c.lesson == lesson_id))


def _to_dict(row: Row) -> dict[str, Any]:
    before = {name: row._mapping[name] for name in STATE_COLUMNS}
    return {"kind": row.kind, "drawing": row.drawing, "previous_label": row.previous_label, "before": before}
