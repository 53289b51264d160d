"""Reports in the store, newest first."""

from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Float,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from server.errors import UnknownReport
from server.store.database import metadata
from server.store.rows import page, storable

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
    """The reports that are kept, at most `most` of them."""

    def __init__(self, engine: Engine, most: int):
        self.engine = engine
        self.most = most

    def add(self, report: dict[str, Any]) -> None:
        """Keep a report; the oldest go where there are too many."""
        data = report["data"]
        row = {key: report[key] for key in ("id", "created", "model", "accuracy", "loss", "seconds")}
        row |= {"data_name": data["name"], "n": data["n"], "sha256": data["sha256"], "body": orjson.dumps(report).decode()}
        with self.engine.begin() as connection:
            connection.execute(insert(table).values(row))
            first_to_go = select(table.c.position).order_by(table.c.position.desc()).offset(self.most).limit(1)
            connection.execute(delete(table).where(table.c.position <= first_to_go.scalar_subquery()))

    def get(self, name: str) -> dict[str, Any]:
        """The report of an ID, or the newest for `latest`. Raises UnknownReport."""
        with self.engine.connect() as connection:
            body = connection.execute(_named(select(table.c.body), name)).scalar()
        if body is None:
            raise UnknownReport(f"Expected the ID of a report that is kept, or latest. Received {name!r:.80}.")
        return orjson.loads(body)

    def page(self, limit: int, before: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
        """Summaries, newest first, from the one after `before`, and the ID to go on with, None at the end.

        Raises UnknownReport for an unknown `before`.
        """
        unknown = UnknownReport(f"Expected before as the ID of a report that is kept. Received {before!r:.80}.")
        rows, following = page(self.engine, table, SUMMARY, limit, before, unknown)
        return [_summary(row) for row in rows], following

    def count(self) -> int:
        """How many are kept."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _named(query: Select, name: str) -> Select:
    return query.order_by(table.c.position.desc()).limit(1) if name == LATEST else query.where(table.c.id == storable(name))


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
