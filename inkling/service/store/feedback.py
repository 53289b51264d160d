"""Feedback in the store: drawings with the label that somebody says is right, kept for the next fit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
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
from sqlalchemy.exc import IntegrityError

from inkling.service.http.errors import FeedbackFull, UnknownFeedback
from inkling.service.store.database import metadata
from inkling.service.store.pagination import page, record, storable

table = Table(
    "feedback",
    metadata,
    # SQLite counts by itself only in a column of exactly INTEGER
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("created", String(40), nullable=False),
    Column("label", Text, nullable=False),
    Column("said", Text),
    Column("confidence", Float),
    Column("model", String(200)),
    Column("sha256", String(64)),
    Column("points", Integer, nullable=False),
    Column("normalisation", Integer, nullable=False),
    Column("image", LargeBinary, nullable=False),
    Column("picture", LargeBinary, nullable=False),
    Column("strokes", Text),
    sqlite_autoincrement=True,  # a position is never used twice, so that pages stay in order
)

HIDDEN = ("position", "normalisation", "image", "picture", "strokes")
AT_ONCE = 100
"""Drawings in memory at once where all are read: 30 MB, if all of them are photographs."""

SUMMARY = [column for column in table.columns if column.name not in HIDDEN]


@dataclass(frozen=True)
class Drawing:
    """What is kept of one drawing.

    id: a fingerprint of its image, so that the same drawing twice is one. label: the right one. said, confidence, model,
    sha256: what which model had said, as far as it is known. image: of 28×28 bytes, made by the given version of the
    normalisation. picture: a PNG, for later versions of it. strokes: [[[x, y], …], …], where it came as such.
    """

    id: str
    label: str
    said: str | None
    confidence: float | None
    model: str | None
    sha256: str | None
    normalisation: int
    image: bytes
    picture: bytes
    strokes: list | None


class Feedback:
    """The drawings that are kept, at most `most` of them: what people gave is refused, but never thrown away."""

    def __init__(self, engine: Engine, most: int):
        self.engine = engine
        self.most = most

    def add(self, drawing: Drawing) -> bool:
        """Keep a drawing. One that is kept already takes over the label and what the model said; whether it was new.

        Raises FeedbackFull.
        """
        try:
            return self._add(drawing)
        except IntegrityError:  # another process has added it meanwhile
            return self._add(drawing)

    def _add(self, drawing: Drawing) -> bool:
        told = {name: getattr(drawing, name) for name in ("label", "said", "confidence", "model", "sha256")}
        seen = {name: getattr(drawing, name) for name in ("normalisation", "image", "picture")}
        if drawing.strokes is not None:
            seen |= {"strokes": orjson.dumps(drawing.strokes).decode(), "points": sum(map(len, drawing.strokes))}
        again = told if drawing.strokes is None else told | seen  # a picture takes no strokes away
        with self.engine.begin() as connection:
            if connection.execute(update(table).where(table.c.id == drawing.id).values(again)).rowcount:
                return False
            if connection.execute(select(func.count()).select_from(table)).scalar_one() >= self.most:
                raise FeedbackFull(
                    f"Expected at most {self.most:,} drawings of feedback. Received one more: delete some, or raise the bound."
                )
            created = datetime.now(UTC).isoformat(timespec="milliseconds")
            connection.execute(insert(table).values({"id": drawing.id, "created": created, "points": 0} | told | seen))
            return True

    def get(self, id: str) -> dict[str, Any]:
        """A drawing's summary with its image, (28, 28) as bytes, and its strokes. Raises UnknownFeedback."""
        row = self._row(id, *SUMMARY, table.c.image, table.c.strokes)
        strokes = None if row.strokes is None else orjson.loads(row.strokes)
        return record(row, SUMMARY) | {"image": row.image, "strokes": strokes}

    def picture(self, id: str) -> bytes:
        """A drawing's PNG. Raises UnknownFeedback."""
        return self._row(id, table.c.picture).picture

    def delete(self, id: str) -> None:
        """Keep a drawing no longer. Raises UnknownFeedback."""
        with self.engine.begin() as connection:
            if not connection.execute(delete(table).where(table.c.id == storable(id))).rowcount:
                raise _unknown(id)

    def page(self, limit: int, before: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
        """Summaries, newest first, from the one after `before`, and the ID to go on with, None at the end.

        Raises UnknownFeedback for an unknown `before`.
        """
        rows, following = page(self.engine, table, SUMMARY, limit, before, _unknown(before))
        return [record(row, SUMMARY) for row in rows], following

    def count(self) -> int:
        """How many are kept."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def counts(self) -> dict[str, int]:
        """How many drawings each label has."""
        with self.engine.connect() as connection:
            return dict(connection.execute(select(table.c.label, func.count()).group_by(table.c.label)).all())

    def drawings(self) -> Iterator[Drawing]:
        """All of them, oldest first, and few at a time in memory."""
        with self.engine.connect().execution_options(yield_per=AT_ONCE) as connection:
            for row in connection.execute(select(table).order_by(table.c.position)):
                fields = {name: row._mapping[name] for name in Drawing.__dataclass_fields__}
                yield Drawing(**fields | {"strokes": row.strokes and orjson.loads(row.strokes)})

    def _row(self, id: str, *columns: Column) -> Row:
        with self.engine.connect() as connection:
            row = connection.execute(select(*columns).where(table.c.id == storable(id))).first()
        if row is None:
            raise _unknown(id)
        return row


def _unknown(id: str | None) -> UnknownFeedback:
    return UnknownFeedback(f"Expected the ID of a drawing that is kept. Received {id!r:.80}.")
