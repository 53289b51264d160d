"""The table of jobs."""

from typing import Any

import orjson
from sqlalchemy import Column, Engine, Row, String, Table, Text, delete, func, insert, select, update

from inkling.service.store.database import metadata
from inkling.service.store.pagination import position_column, row_to_dict, select_page, without_nul
from trainer.store.errors import JobNotFound

table = Table(
    "jobs",
    metadata,
    position_column(),
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
    sqlite_autoincrement=True,  # positions are never reused, so that pages stay in order
)

STATES = ("queued", "running", "paused", "interrupted", "stopped", "failed", "finished")

JSON_COLUMNS = ("settings", "progress", "epoch", "result", "published")
FIELDS = [column for column in table.columns if column.name != "position"]


class JobStore:
    """Stored jobs. A job is a dict of the table's columns without the position."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def add(self, job: dict[str, Any]) -> None:
        """Store a new job."""
        with self.engine.begin() as connection:
            connection.execute(insert(table).values(_to_row(job)))

    def update(self, job_id: str, **values: Any) -> None:
        """Update fields of a job."""
        with self.engine.begin() as connection:
            connection.execute(update(table).where(table.c.id == job_id).values(_to_row(values)))

    def remove(self, job_id: str) -> None:
        """Delete a job."""
        with self.engine.begin() as connection:
            connection.execute(delete(table).where(table.c.id == job_id))

    def get(self, job_id: str) -> dict[str, Any]:
        """The job with an ID. Raises JobNotFound."""
        with self.engine.connect() as connection:
            row = connection.execute(select(*FIELDS).where(table.c.id == without_nul(job_id))).first()
        if row is None:
            raise JobNotFound(f"There is no job {job_id!r:.80}.")
        return _from_row(row)

    def list_page(self, limit: int, before: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
        """A page of jobs, newest first, after the job `before`, and the ID for the next page or None. Raises JobNotFound."""
        not_found = JobNotFound(f"There is no job {before!r:.80} to list jobs before.")
        rows, next_id = select_page(self.engine, table, FIELDS, limit, before, not_found)
        return [_from_row(row) for row in rows], next_id

    def list_in_states(self, *states: str) -> list[dict[str, Any]]:
        """All jobs in the given states, oldest first."""
        query = select(*FIELDS).where(table.c.state.in_(states)).order_by(table.c.position)
        with self.engine.connect() as connection:
            return [_from_row(row) for row in connection.execute(query)]

    def count_by_state(self) -> dict[str, int]:
        """The number of jobs in each state that occurs."""
        query = select(table.c.state, func.count()).group_by(table.c.state)
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _to_row(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: orjson.dumps(value).decode() if name in JSON_COLUMNS and value is not None else value
        for name, value in values.items()
    }


def _from_row(row: Row) -> dict[str, Any]:
    job = row_to_dict(row, FIELDS)
    return job | {name: orjson.loads(job[name]) for name in JSON_COLUMNS if job[name] is not None}
