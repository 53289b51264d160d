"""The table of lessons. A change of a lesson, its drawings and its undo log is one transaction."""

from typing import Any

import orjson
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
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
    update,
)

from inkling.service.store.database import metadata
from inkling.service.store.pagination import position_column, row_to_dict, select_page, without_nul
from trainer.store import lesson_drawings, undo_log
from trainer.store.errors import LessonNotFound
from trainer.store.lesson_drawings import LessonDrawing

table = Table(
    "lessons",
    metadata,
    position_column(),
    Column("id", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("created", String(40), nullable=False),
    Column("updated", String(40), nullable=False),
    Column("saved", String(40)),
    Column("network", String(40), nullable=False),
    Column("labels", Text, nullable=False),
    Column("learning_rate", Float, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("fit", Text),
    Column("published", Text, nullable=False),
    Column("weights", LargeBinary, nullable=False),
    sqlite_autoincrement=True,  # positions are never reused, so that pages stay in order
)

JSON_COLUMNS = ("labels", "fit", "published")
FIELDS = [column for column in table.columns if column.name != "position"]
SUMMARY = [column for column in FIELDS if column.name != "weights"]

Lesson = dict[str, Any]


class LessonStore:
    """Stored lessons. A lesson is a dict of the table's columns without the position.

    revision: incremented by every change of its drawings or weights.
    """

    def __init__(self, engine: Engine):
        self.engine = engine

    def add(self, lesson: Lesson) -> None:
        """Store a new lesson."""
        with self.engine.begin() as connection:
            connection.execute(insert(table).values(_to_row(lesson)))

    def get(self, lesson_id: str) -> Lesson:
        """The lesson with an ID. Raises LessonNotFound."""
        with self.engine.connect() as connection:
            row = connection.execute(select(*FIELDS).where(table.c.id == without_nul(lesson_id))).first()
        if row is None:
            raise LessonNotFound(f"There is no lesson {lesson_id!r:.80}.")
        return _from_row(row, FIELDS)

    def count(self) -> int:
        """The number of lessons."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def count_undos(self, lesson_id: str) -> int:
        """The number of actions on a lesson that can be undone."""
        with self.engine.connect() as connection:
            return undo_log.count(connection, lesson_id)

    def list_actions(self, lesson_id: str) -> list[dict[str, Any]]:
        """The actions on a lesson that can be undone, oldest first."""
        with self.engine.connect() as connection:
            return undo_log.list_all(connection, lesson_id)

    def list_page(self, limit: int | None, before: str | None = None) -> tuple[list[Lesson], str | None]:
        """A page of lessons without weights, newest first, and the ID for the next page or None. Raises LessonNotFound."""
        not_found = LessonNotFound(f"There is no lesson {before!r:.80} to list lessons before.")
        rows, next_id = select_page(self.engine, table, SUMMARY, limit, before, not_found)
        return [_from_row(row, SUMMARY) for row in rows], next_id

    def update(self, lesson_id: str, **values: Any) -> None:
        """Update fields of a lesson; not undoable."""
        with self.engine.begin() as connection:
            connection.execute(update(table).where(table.c.id == lesson_id).values(_to_row(values)))

    def apply(self, lesson: Lesson, kind: str, values: Lesson, drawing: LessonDrawing | None = None) -> None:
        """Apply an undoable action: store the drawing, log the state before, update the lesson."""
        with self.engine.begin() as connection:
            previous_label = lesson_drawings.upsert(connection, lesson["id"], drawing) if drawing else None
            undo_log.push(connection, lesson, kind, drawing.id if drawing else None, previous_label)
            _update_revision(connection, lesson, values)

    def undo(self, lesson: Lesson, values: Lesson) -> str | None:
        """Undo the last action. Returns its kind, None if there is none."""
        with self.engine.begin() as connection:
            action = undo_log.pop(connection, lesson["id"])
            if action is None:
                return None
            if action["drawing"]:
                lesson_drawings.undo_upsert(connection, lesson["id"], action["drawing"], action["previous_label"])
            fit = {"fit": None} if action["kind"] == "fit" else {}  # otherwise its weights would be adopted again
            _update_revision(connection, lesson, action["before"] | fit | values)
            return action["kind"]

    def start_over(self, lesson: Lesson, values: Lesson) -> None:
        """Delete all drawings and the undo log, and update the lesson."""
        with self.engine.begin() as connection:
            lesson_drawings.remove_all(connection, lesson["id"])
            undo_log.clear(connection, lesson["id"])
            _update_revision(connection, lesson, values)

    def remove_drawing(self, lesson: Lesson, drawing_id: str, values: Lesson) -> None:
        """Delete a drawing; the weights stay. Raises DrawingNotFound."""
        with self.engine.begin() as connection:
            lesson_drawings.remove(connection, lesson["id"], drawing_id)
            _update_revision(connection, lesson, values)

    def remove(self, lesson_id: str) -> None:
        """Delete a lesson with its drawings and undo log."""
        with self.engine.begin() as connection:
            lesson_drawings.remove_all(connection, lesson_id)
            undo_log.clear(connection, lesson_id)
            connection.execute(delete(table).where(table.c.id == lesson_id))

    def save(self, lesson_id: str, **values: Any) -> None:
        """Update fields and flush the database to disk, so that a power failure loses no action."""
        self.update(lesson_id, **values)
        if self.engine.dialect.name == "sqlite":  # commits do not wait for SQLite's log; PostgreSQL's do
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(FULL)")


def _update_revision(connection: Connection, lesson: Lesson, values: Lesson) -> None:
    row = _to_row(values | {"revision": lesson["revision"] + 1})
    connection.execute(update(table).where(table.c.id == lesson["id"]).values(row))


def _to_row(values: Lesson) -> Lesson:
    return {
        name: orjson.dumps(value).decode() if name in JSON_COLUMNS and value is not None else value
        for name, value in values.items()
    }


def _from_row(row: Row, columns: list[Column]) -> Lesson:
    lesson = row_to_dict(row, columns)
    return lesson | {name: orjson.loads(lesson[name]) for name in JSON_COLUMNS if lesson[name] is not None}
