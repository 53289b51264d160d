"""Lessons in the store, newest first: what each has learnt. A change of it, its drawings and acts is one transaction."""

from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
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
from inkling.service.store.pagination import select_page, without_nul
from trainer.service.errors import LessonNotFound
from trainer.store import lesson_drawings, undo_log
from trainer.store.lesson_drawings import LessonDrawing

table = Table(
    "lessons",
    metadata,
    # SQLite counts by itself only in a column of exactly INTEGER
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("created", String(40), nullable=False),
    Column("changed", String(40), nullable=False),
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
    sqlite_autoincrement=True,  # a position is never used twice, so that pages stay in order
)

IN_JSON = ("labels", "fit", "published")
FIELDS = [column for column in table.columns if column.name != "position"]
SUMMARY = [column for column in FIELDS if column.name != "weights"]

Lesson = dict[str, Any]


class LessonStore:
    """The lessons that are kept. A lesson is a dict of the table's columns but the position.

    revision: counts up with every change of its drawings or of what it has learnt.
    """

    def __init__(self, engine: Engine):
        self.engine = engine

    def add(self, lesson: Lesson) -> None:
        """Keep a new lesson."""
        with self.engine.begin() as connection:
            connection.execute(insert(table).values(_packed(lesson)))

    def get(self, number: str) -> Lesson:
        """The lesson of an ID. Raises UnknownLesson."""
        with self.engine.connect() as connection:
            row = connection.execute(select(*FIELDS).where(table.c.id == without_nul(number))).first()
        if row is None:
            raise LessonNotFound(f"Expected the ID of a lesson that is kept. Received {number!r:.80}.")
        return _unpacked(row)

    def count(self) -> int:
        """How many lessons are kept."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def undos(self, number: str) -> int:
        """How many acts on a lesson can be undone."""
        with self.engine.connect() as connection:
            return undo_log.count(connection, number)

    def acts(self, number: str) -> list[dict[str, Any]]:
        """The acts on a lesson that can be undone, oldest first."""
        with self.engine.connect() as connection:
            return undo_log.all_of(connection, number)

    def page(self, limit: int | None, before: str | None = None) -> tuple[list[Lesson], str | None]:
        """Lessons without weights, newest first, and the ID to go on with, None at the end. Raises UnknownLesson."""
        unknown = LessonNotFound(f"Expected before as the ID of a lesson that is kept. Received {before!r:.80}.")
        rows, following = select_page(self.engine, table, SUMMARY, limit, before, unknown)
        return [_unpacked(row) for row in rows], following

    def change(self, number: str, **values: Any) -> None:
        """Replace some of a lesson's fields; it cannot be undone."""
        with self.engine.begin() as connection:
            connection.execute(update(table).where(table.c.id == number).values(_packed(values)))

    def act(self, lesson: Lesson, kind: str, values: Lesson, drawing: LessonDrawing | None = None) -> None:
        """Change what a lesson has learnt, keep the drawing that it was shown, and what was before."""
        with self.engine.begin() as connection:
            was = lesson_drawings.keep(connection, lesson["id"], drawing) if drawing else None
            undo_log.add(connection, lesson, kind, drawing and drawing.id, was)
            _renew(connection, lesson, values)

    def undo(self, lesson: Lesson, values: Lesson) -> str | None:
        """Undo the last act: its kind, None where none is left."""
        with self.engine.begin() as connection:
            act = undo_log.pop(connection, lesson["id"])
            if act is None:
                return None
            if act["drawing"]:
                lesson_drawings.take_back(connection, lesson["id"], act["drawing"], act["was"])
            fit = {"fit": None} if act["kind"] == "fit" else {}  # else its weights would be taken over again
            _renew(connection, lesson, act["before"] | fit | values)
            return act["kind"]

    def forget(self, lesson: Lesson, values: Lesson) -> None:
        """Begin anew: no drawing is left, and nothing to undo."""
        with self.engine.begin() as connection:
            lesson_drawings.remove_all(connection, lesson["id"])
            undo_log.remove_all(connection, lesson["id"])
            _renew(connection, lesson, values)

    def remove_drawing(self, lesson: Lesson, drawing: str, values: Lesson) -> None:
        """Keep a drawing no longer; what the network learnt from it stays. Raises UnknownDrawing."""
        with self.engine.begin() as connection:
            lesson_drawings.remove(connection, lesson["id"], drawing)
            _renew(connection, lesson, values)

    def remove(self, number: str) -> None:
        """Keep a lesson no longer, nor anything of it."""
        with self.engine.begin() as connection:
            lesson_drawings.remove_all(connection, number)
            undo_log.remove_all(connection, number)
            connection.execute(delete(table).where(table.c.id == number))

    def save(self, number: str, **values: Any) -> None:
        """Replace some fields, and return once all is on the disk, so that not even a power cut costs an act."""
        self.change(number, **values)
        if self.engine.dialect.name == "sqlite":  # whose log is not waited for otherwise; PostgreSQL's is
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(FULL)")


def _renew(connection: Connection, lesson: Lesson, values: Lesson) -> None:
    renewed = _packed(values | {"revision": lesson["revision"] + 1})
    connection.execute(update(table).where(table.c.id == lesson["id"]).values(renewed))


def _packed(values: Lesson) -> Lesson:
    return {
        name: orjson.dumps(value).decode() if name in IN_JSON and value is not None else value for name, value in values.items()
    }


def _unpacked(row: Row) -> Lesson:
    lesson = {str(name): value for name, value in row._mapping.items()}  # the names that SQLAlchemy gives are no plain str
    return lesson | {name: orjson.loads(lesson[name]) for name in IN_JSON if lesson[name] is not None}
