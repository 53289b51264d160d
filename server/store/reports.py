"""Reports in the store, newest first."""

from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Integer,
    Row,
    String,
    Table,
    Text,
    cast,
    delete,
    func,
    insert,
    select,
)

from inkling.service.http.errors import NoImages, UnknownReport
from inkling.service.store.database import metadata
from inkling.service.store.pagination import page, storable
from server.store import report_images

LATEST = "latest"

table = Table(
    "reports",
    metadata,
    # SQLite counts by itself only in a column of exactly INTEGER
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("created", String(40), nullable=False),
    Column("model", String(200), nullable=False),
    Column("data_name", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("accuracy", Float, nullable=False),
    Column("loss", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,  # a position is never used twice, so that pages stay in order
)

SUMMARY = [column for column in table.columns if column.name not in ("position", "body")]


class Reports:
    """The reports that are kept, at most `most` of them; the newest `most_with_images` keep their images, too."""

    def __init__(self, engine: Engine, most: int, most_with_images: int = 0):
        self.engine = engine
        self.most = most
        self.most_with_images = most_with_images

    def add(self, report: dict[str, Any], images: bytes | None = None) -> None:
        """Keep a report, and its images as they are packed; the oldest go where there are too many."""
        data = report["data"]
        row = {key: report[key] for key in ("id", "created", "model", "accuracy", "loss", "seconds")}
        row |= {"data_name": data["name"], "n": data["n"], "sha256": data["sha256"], "body": orjson.dumps(report).decode()}
        with self.engine.begin() as connection:
            position = connection.execute(insert(table).values(row)).inserted_primary_key[0]
            newest = select(table.c.position).order_by(table.c.position.desc())
            first_to_go = connection.execute(newest.offset(self.most).limit(1)).scalar()
            if first_to_go is not None:
                connection.execute(delete(table).where(table.c.position <= first_to_go))
                report_images.remove_up_to(connection, first_to_go)
            if images is not None and self.most_with_images:
                report_images.add(connection, position, images)
            report_images.keep_newest(connection, self.most_with_images)

    def get(self, name: str) -> dict[str, Any]:
        """The report of an ID, or the newest for `latest`. Raises UnknownReport."""
        with self.engine.connect() as connection:
            return orjson.loads(_named(connection, name).body)

    def images(self, name: str) -> tuple[dict[str, Any], bytes]:
        """The report of an ID, or the newest for `latest`, and its images, packed. Raises UnknownReport or NoImages."""
        with self.engine.connect() as connection:
            row = _named(connection, name)
            packed = report_images.get(connection, row.position)
        if packed is None:
            raise NoImages(
                f"Expected a report whose images are kept. Received {row.id}: only the newest {self.most_with_images:,} "
                "scored here keep theirs. Score the set again."
            )
        return orjson.loads(row.body), packed

    def page(self, limit: int, before: str | None = None, crops: bool = False) -> tuple[list[dict[str, Any]], str | None]:
        """Summaries, newest first, from the one after `before`, and the ID to go on with, None at the end.

        crops: with each report's. Raises UnknownReport for an unknown `before`.
        """
        unknown = UnknownReport(f"Expected before as the ID of a report that is kept. Received {before!r:.80}.")
        columns = [*SUMMARY, _crops(self.engine.dialect.name)] if crops else SUMMARY
        rows, following = page(self.engine, table, columns, limit, before, unknown)
        added = [{"crops": orjson.loads(row.crops or "[]")} if crops else {} for row in rows]
        return [_summary(row) | more for row, more in zip(rows, added, strict=True)], following

    def count(self) -> int:
        """How many are kept."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _named(connection: Connection, name: str) -> Row:
    query = select(table.c.id, table.c.position, table.c.body)
    query = query.where(table.c.id == storable(name)) if name != LATEST else query.order_by(table.c.position.desc()).limit(1)
    row = connection.execute(query).first()
    if row is None:
        raise UnknownReport(f"Expected the ID of a report that is kept, or latest. Received {name!r:.80}.")
    return row


def _crops(dialect: str) -> ColumnElement[str]:
    """A body's crops, as JSON: they have no column of their own."""
    if dialect == "sqlite":
        return func.json_extract(table.c.body, "$.crops").label("crops")
    return func.json_extract_path_text(cast(table.c.body, JSON), "crops").label("crops")


def _summary(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "model": row.model,
        "created": row.created,
        "data": {"name": row.data_name, "n": row.n, "sha256": row.sha256},
        "accuracy": row.accuracy,
        "loss": row.loss,
        "seconds": row.seconds,
    }
