"""The table `feedback`: drawings with their correct labels, for the next fit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    Float,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from inkling.service.http.errors import FeedbackFull, FeedbackNotFound
from inkling.service.store.database import forget_deleted, metadata
from inkling.service.store.drawings import StoredDrawing, decode_strokes, drawing_columns
from inkling.service.store.pagination import row_to_dict, select_page, without_nul

table = Table(
    "feedback",
    metadata,
    *drawing_columns(),
    Column("predicted", Text),
    Column("confidence", Float),
    Column("model", String(200)),
    Column("sha256", String(64)),
    UniqueConstraint("id"),
    sqlite_autoincrement=True,
)

SUMMARY = [table.c[name] for name in ("id", "created", "label", "predicted", "confidence", "model", "sha256", "points")]
ANSWER = ("label", "predicted", "confidence", "model", "sha256")

BATCH_ROWS = 100
"""Rows in memory while all drawings are read: up to 30 MB, if all are photographs."""


@dataclass(frozen=True)
class FeedbackDrawing(StoredDrawing):
    """A drawing with its correct label, and what a model had predicted for it.

    model, sha256: that model's name and the hash of its file; None where unknown, as is `confidence`.
    """

    predicted: str | None
    confidence: float | None
    model: str | None
    sha256: str | None


class FeedbackStore:
    """At most `max_drawings` drawings. A full store refuses new drawings and never deletes any by itself."""

    def __init__(self, engine: Engine, max_drawings: int):
        self.engine = engine
        self.max_drawings = max_drawings

    def add(self, drawing: FeedbackDrawing) -> bool:
        """Store a drawing, or update the label and the prediction of one that is stored already.

        Returns whether it is new. Raises FeedbackFull.
        """
        try:
            return self._add(drawing)
        except IntegrityError:  # another process inserted it between our UPDATE and our INSERT
            return self._add(drawing)

    def _add(self, drawing: FeedbackDrawing) -> bool:
        changed = drawing.values() if drawing.strokes is not None else drawing.values(ANSWER)  # never drop stored strokes
        with self.engine.begin() as connection:
            if connection.execute(update(table).where(table.c.id == drawing.id).values(changed)).rowcount:
                return False
            if connection.execute(select(func.count()).select_from(table)).scalar_one() >= self.max_drawings:
                raise FeedbackFull(
                    f"The feedback store is full ({self.max_drawings:,} drawings). Delete some or raise --max-feedback."
                )
            created = datetime.now(UTC).isoformat(timespec="milliseconds")
            connection.execute(insert(table).values({"created": created} | drawing.values()))
            return True

    def get(self, id: str) -> dict[str, Any]:
        """A drawing's summary with its image, 28×28 bytes, and its strokes. Raises UnknownFeedback."""
        row = self._select(id, *SUMMARY, table.c.image, table.c.strokes)
        return row_to_dict(row, SUMMARY) | {"image": row.image, "strokes": decode_strokes(row.strokes)}

    def get_picture(self, id: str) -> bytes:
        """A drawing as a PNG. Raises UnknownFeedback."""
        return bytes(self._select(id, table.c.picture).picture)

    def delete(self, id: str) -> None:
        """Delete a drawing. Raises UnknownFeedback."""
        if not self._delete(table.c.id == without_nul(id)):
            raise _unknown(id)

    def delete_all(self) -> int:
        """Delete all drawings; return how many there were."""
        return self._delete()

    def delete_expired(self, retention: timedelta) -> int:
        """Delete drawings that were first stored longer ago than this; return how many there were."""
        oldest = (datetime.now(UTC) - retention).isoformat(timespec="milliseconds")
        return self._delete(table.c.created < oldest)

    def list_page(self, limit: int, before: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
        """Summaries, newest first, and the value of `before` for the next page. Raises UnknownFeedback."""
        rows, following = select_page(self.engine, table, SUMMARY, limit, before, _unknown(before))
        return [row_to_dict(row, SUMMARY) for row in rows], following

    def count(self) -> int:
        """The number of drawings."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def count_by_label(self) -> dict[str, int]:
        """The number of drawings of each label."""
        query = select(table.c.label, func.count().label("n")).group_by(table.c.label)
        with self.engine.connect() as connection:
            return {row.label: row.n for row in connection.execute(query)}

    def iter_drawings(self) -> Iterator[FeedbackDrawing]:
        """All drawings, oldest first, read in batches."""
        with self.engine.connect().execution_options(yield_per=BATCH_ROWS) as connection:
            for row in connection.execute(select(table).order_by(table.c.position)):
                yield FeedbackDrawing.from_row(row)

    def _delete(self, *where: ColumnElement[bool]) -> int:
        """Delete drawings from the table and, unless others use it, from SQLite's write-ahead log."""
        with self.engine.begin() as connection:
            count = connection.execute(delete(table).where(*where)).rowcount
        if count:
            forget_deleted(self.engine)
        return count

    def _select(self, id: str, *columns: Column[Any]) -> Row[Any]:
        with self.engine.connect() as connection:
            row = connection.execute(select(*columns).where(table.c.id == without_nul(id))).first()
        if row is None:
            raise _unknown(id)
        return row


def _unknown(id: str | None) -> FeedbackNotFound:
    return FeedbackNotFound(f"No feedback with the ID {id!r:.80}.")
