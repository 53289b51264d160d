"""Drawings of lessons in the store. What changes them takes a connection, so that it is one with what else an act changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
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
    sqlite_autoincrement=True,
)

SHOWN = [table.c[name] for name in ("id", "label", "created", "points", "image")]


@dataclass(frozen=True)
class LessonDrawing(StoredDrawing):
    """A drawing of a lesson. created: ISO 8601, UTC."""

    created: str


class LessonDrawingStore:
    """The drawings that are kept of lessons, each by the lesson's ID and its own."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def counts(self, lesson: str) -> dict[str, int]:
        """How many drawings each label has, those without any left out."""
        query = select(table.c.label, func.count()).where(table.c.lesson == lesson).group_by(table.c.label)
        with self.engine.connect() as connection:
            return dict(connection.execute(query).all())

    def lessons(self) -> set[str]:
        """The lessons that have drawings."""
        with self.engine.connect() as connection:
            return set(connection.execute(select(table.c.lesson).distinct()).scalars())

    def has(self, lesson: str, id: str) -> bool:
        """Whether a drawing is kept."""
        with self.engine.connect() as connection:
            return connection.execute(select(table.c.id).where(_is(lesson, id))).first() is not None

    def page(self, lesson: str, limit: int, before: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
        """Drawings with their images, newest first, and the ID to go on with, None at the end. Raises UnknownDrawing."""
        unknown = DrawingNotFound(f"Expected before as the ID of a drawing of the lesson. Received {before!r:.80}.")
        rows, following = select_page(self.engine, table, SHOWN, limit, before, unknown, table.c.lesson == lesson)
        return [row_to_dict(row, SHOWN) for row in rows], following

    def some(self, lesson: str, ids: set[str]) -> dict[str, tuple[str, bytes]]:
        """Label and image of drawings by their IDs, those that are not kept left out."""
        query = select(table.c.id, table.c.label, table.c.image).where(table.c.lesson == lesson, table.c.id.in_(ids))
        with self.engine.connect() as connection:
            return {id: (label, image) for id, label, image in connection.execute(query)}

    def all(self, lesson: str) -> Iterator[LessonDrawing]:
        """All drawings of a lesson, oldest first."""
        with self.engine.connect() as connection:
            for row in connection.execute(select(table).where(table.c.lesson == lesson).order_by(table.c.position)):
                yield LessonDrawing.from_row(row)


def keep(connection: Connection, lesson: str, drawing: LessonDrawing) -> str | None:
    """Keep a drawing; one that is kept already takes over the label. Returns the label that it had, None where it is new."""
    was = connection.execute(select(table.c.label).where(_is(lesson, drawing.id))).scalar()
    if was is not None:
        connection.execute(update(table).where(_is(lesson, drawing.id)).values(label=drawing.label))
        return was
    connection.execute(insert(table).values(drawing.values() | {"lesson": lesson}))
    return None


def take_back(connection: Connection, lesson: str, id: str, was: str | None) -> None:
    """Undo what `keep` did, which returned `was`. A drawing that was deleted meanwhile stays so."""
    if was is None:
        connection.execute(delete(table).where(_is(lesson, id)))
    else:
        connection.execute(update(table).where(_is(lesson, id)).values(label=was))


def remove(connection: Connection, lesson: str, id: str) -> None:
    """Keep a drawing no longer. Raises UnknownDrawing."""
    if not connection.execute(delete(table).where(_is(lesson, id))).rowcount:
        raise DrawingNotFound(f"Expected the ID of a drawing of the lesson. Received {id!r:.80}.")


def remove_all(connection: Connection, lesson: str) -> None:
    """Keep no drawing of a lesson."""
    connection.execute(delete(table).where(table.c.lesson == lesson))


def _is(lesson: str, id: str) -> Any:
    return (table.c.lesson == lesson) & (table.c.id == without_nul(id))
