"""Acts in the store: what was done to a lesson's network, with what was before, so that it can be undone."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from inkling.service.store.database import metadata

UNDOS = 100
"""Acts of a lesson that can be undone: each keeps the weights before it, 2 to 40 kB."""

table = Table(
    "lesson_acts",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("lesson", String(64), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("drawing", String(64)),
    Column("was", Text),
    Column("steps", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("weights", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

BEFORE = ("steps", "seed", "weights")
"""Fields of a lesson that acts change, and that undoing brings back."""


def add(connection: Connection, lesson: dict[str, Any], kind: str, drawing: str | None, was: str | None) -> None:
    """Keep an act on a lesson, as that stands before it. drawing, was: what was shown, and the label it had had, if any."""
    row = {name: lesson[name] for name in BEFORE} | {"lesson": lesson["id"], "kind": kind, "drawing": drawing, "was": was}
    connection.execute(insert(table).values(row))
    mine = table.c.lesson == lesson["id"]
    first_to_go = select(table.c.position).where(mine).order_by(table.c.position.desc()).offset(UNDOS).limit(1)
    connection.execute(delete(table).where(mine & (table.c.position <= first_to_go.scalar_subquery())))


def pop(connection: Connection, lesson: str) -> dict[str, Any] | None:
    """The last act, kept no longer: kind, drawing, was; before, fields of the lesson. None where none is left."""
    row = connection.execute(select(table).where(table.c.lesson == lesson).order_by(table.c.position.desc()).limit(1)).first()
    if row is None:
        return None
    connection.execute(delete(table).where(table.c.position == row.position))
    return _told(row)


def all_of(connection: Connection, lesson: str) -> list[dict[str, Any]]:
    """Every act that is kept, oldest first, as `pop` tells of one."""
    rows = connection.execute(select(table).where(table.c.lesson == lesson).order_by(table.c.position))
    return [_told(row) for row in rows]


def count(connection: Connection, lesson: str) -> int:
    """How many acts can be undone."""
    return connection.execute(select(func.count()).select_from(table).where(table.c.lesson == lesson)).scalar_one()


def remove_all(connection: Connection, lesson: str) -> None:
    """Keep no act of a lesson."""
    connection.execute(delete(table).where(table.c.lesson == lesson))


def _told(row: Row) -> dict[str, Any]:
    before = {name: row._mapping[name] for name in BEFORE}
    return {"kind": row.kind, "drawing": row.drawing, "was": row.was, "before": before}
