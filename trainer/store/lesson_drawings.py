"""The table of lesson drawings. Functions that change it take a connection, so that they join a larger transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)

from inkling.service.store.database import metadata
from inkling.service.store.drawings import StoredDrawing, drawing_columns
from inkling.service.store.pagination import row_to_dict, select_page, without_nul
from trainer.store.errors import DrawingNotFound

table = Table(
    "lesson_drawings",
    metadata,
    *drawing_columns(),
    Column("lesson", String(64), nullable=False),
    UniqueConstraint("lesson", "id"),
    sqlite_autoincrement=True,  # positions are never reused, so that pages stay in order
)

SUMMARY = [table.c[name] for name in ("id", "label", "created", "points", "image")]


@dataclass(frozen=True)
class LessonDrawing(StoredDrawing):
    """A drawing of a lesson. created: ISO 8601 UTC."""

    created: str


class LessonDrawingStore:
    """Stored drawings, by lesson and by the drawing's own ID."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def count_by_label(self, lesson_id: str) -> dict[str, int]:
        """Drawings per label; labels without drawings are missing."""
        query = select(table.c.label, func.count()).where(table.c.lesson == lesson_id).group_by(table.c.label)
        with self.engine.connect() as connection:
            return dict(connection.execute(query).all())

    def lessons_with_drawings(self) -> set[str]:
        """The IDs of lessons that have drawings."""
        with self.engine.connect() as connection:
            return set(connection.execute(select(table.c.lesson).distinct()).scalars())

    def has(self, lesson_id: str, drawing_id: str) -> bool:
        """Whether a drawing is stored."""
        with self.engine.connect() as connection:
            return connection.execute(select(table.c.id).where(_matches(lesson_id, drawing_id))).first() is not None

    def list_page(self, lesson_id: str, limit: int, before: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
        """A page of drawings with their images, newest first, and the ID for the next page or None. Raises DrawingNotFound."""
        not_found = DrawingNotFound(f"The lesson has no drawing {before!r:.80} to list drawings before.")
        rows, next_id = select_page(self.engine, table, SUMMARY, limit, before, not_found, table.c.lesson == lesson_id)
        return [row_to_dict(row, SUMMARY) for row in rows], next_id

    def get_images(self, lesson_id: str, drawing_ids: set[str]) -> dict[str, tuple[str, bytes]]:
        """Label and image of drawings by ID; deleted ones are missing."""
        query = select(table.c.id, table.c.label, table.c.image).where(table.c.lesson == lesson_id, table.c.id.in_(drawing_ids))
        with self.engine.connect() as connection:
            return {drawing_id: (label, image) for drawing_id, label, image in connection.execute(query)}

    def iter_drawings(self, lesson_id: str) -> Iterator[LessonDrawing]:
        """All drawings of a lesson, oldest first."""
        with self.engine.connect() as connection:
            for row in connection.execute(select(table).where(table.c.lesson == lesson_id).order_by(table.c.position)):
                yield LessonDrawing.from_row(row)


def upsert(connection: Connection, lesson_id: str, drawing: LessonDrawing) -> str | None:
    """Store a drawing; a stored one gets the new label. Returns its previous label, None if it is new."""
    previous_label = connection.execute(select(table.c.label).where(_matches(lesson_id, drawing.id))).scalar()
    if previous_label is None:
        connection.execute(insert(table).values({"lesson": lesson_id} | drawing.values()))
    else:
        connection.execute(update(table).where(_matches(lesson_id, drawing.id)).values(label=drawing.label))
    return previous_label


def undo_upsert(connection: Connection, lesson_id: str, drawing_id: str, previous_label: str | None) -> None:
    """Undo an `upsert` that returned `previous_label`. A drawing deleted since then stays deleted."""
    if previous_label is None:
        connection.execute(delete(table).where(_matches(lesson_id, drawing_id)))
    else:
        connection.execute(update(table).where(_matches(lesson_id, drawing_id)).values(label=previous_label))


def remove(connection: Connection, lesson_id: str, drawing_id: str) -> None:
    """Delete a drawing. Raises DrawingNotFound."""
    if not connection.execute(delete(table).where(_matches(lesson_id, drawing_id))).rowcount:
        raise DrawingNotFound(f"The lesson has no drawing {drawing_id!r:.80}.")


def remove_all(connection: Connection, lesson_id: str) -> None:
    """Delete all drawings of a lesson."""
    connection.execute(delete(table).where(table.c.lesson == lesson_id))


def _matches(lesson_id: str, drawing_id: str) -> ColumnElement[bool]:
    return (table.c.lesson == lesson_id) & (table.c.id == without_nul(drawing_id))
