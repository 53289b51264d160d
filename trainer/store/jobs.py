"""Jobs in the store, newest first."""

from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, Engine, Integer, Row, String, Table, Text, delete, insert, select, update

from inkling.service.store.database import metadata
from inkling.service.store.pagination import row_to_dict, select_page, without_nul
from trainer.service.errors import JobNotFound

table = Table(
    "jobs",
    metadata,
    # SQLite counts by itself only in a column of exactly INTEGER
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(100), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("created", String(40), nullable=False),
    Column("started", String(40)),
    Column("ended", String(40)),
    Column("run", Text, nullable=False),
    Column("reason", Text),
    Column("settings", Text, nullable=False),
    Column("progress", Text),
    Column("epoch", Text),
    Column("result", Text),
    Column("published", Text, nullable=False),
    sqlite_autoincrement=True,  # a position is never used twice, so that pages stay in order
)

IN_JSON = ("settings", "progress", "epoch", "result", "published")
FIELDS = [column for column in table.columns if column.name != "position"]


class JobStore:
    """The jobs that are kept. A job is a dict of the table's columns but the position."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def add(self, job: dict[str, Any]) -> None:
        """Keep a new job."""
        with self.engine.begin() as connection:
            connection.execute(insert(table).values(_packed(job)))

    def change(self, name: str, **values: Any) -> None:
        """Replace some of a job's fields."""
        with self.engine.begin() as connection:
            connection.execute(update(table).where(table.c.id == name).values(_packed(values)))

    def remove(self, name: str) -> None:
        """Forget a job."""
        with self.engine.begin() as connection:
            connection.execute(delete(table).where(table.c.id == name))

    def get(self, name: str) -> dict[str, Any]:
        """The job of an ID. Raises UnknownJob."""
        with self.engine.connect() as connection:
            row = connection.execute(select(*FIELDS).where(table.c.id == without_nul(name))).first()
        if row is None:
            raise JobNotFound(f"Expected the ID of a job that is kept. Received {name!r:.80}.")
        return _unpacked(row)

    def page(self, limit: int, before: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
        """Jobs, newest first, from the one after `before`, and the ID to go on with, None at the end. Raises UnknownJob."""
        unknown = JobNotFound(f"Expected before as the ID of a job that is kept. Received {before!r:.80}.")
        rows, following = select_page(self.engine, table, FIELDS, limit, before, unknown)
        return [_unpacked(row) for row in rows], following

    def of_state(self, *states: str) -> list[dict[str, Any]]:
        """All jobs in one of some states, oldest first."""
        query = select(*FIELDS).where(table.c.state.in_(states)).order_by(table.c.position)
        with self.engine.connect() as connection:
            return [_unpacked(row) for row in connection.execute(query)]


def _packed(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: orjson.dumps(value).decode() if name in IN_JSON and value is not None else value for name, value in values.items()
    }


def _unpacked(row: Row) -> dict[str, Any]:
    job = row_to_dict(row, FIELDS)
    return job | {name: orjson.loads(job[name]) for name in IN_JSON if job[name] is not None}
