"""The table `reports`."""

from typing import Any

import orjson
from sqlalchemy import (
    JSON,
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

from inkling.service.http.errors import ImagesNotStored, ReportNotFound
from inkling.service.store.database import metadata
from inkling.service.store.pagination import position_column, select_page, without_nul
from server.store import report_images

LATEST = "latest"
"""The ID of the newest report, in queries."""

table = Table(
    "reports",
    metadata,
    position_column(),
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
    sqlite_autoincrement=True,
)

SUMMARY = [column for column in table.columns if column.name not in ("position", "body")]


class ReportStore:
    """The newest `max_reports` reports, and the images of the newest `max_with_images`."""

    def __init__(self, engine: Engine, max_reports: int, max_with_images: int = 0):
        self.engine = engine
        self.max_reports = max_reports
        self.max_with_images = max_with_images

    def add(self, report: dict[str, Any], images: bytes | None = None) -> None:
        """Store a report and its packed images, and delete the oldest beyond the limits."""
        data = report["data"]
        values = {name: report[name] for name in ("id", "created", "model", "accuracy", "loss", "seconds")}
        values |= {"data_name": data["name"], "n": data["n"], "sha256": data["sha256"], "body": orjson.dumps(report).decode()}
        with self.engine.begin() as connection:
            position: int = connection.execute(insert(table).values(values).returning(table.c.position)).scalar_one()
            newest = select(table.c.position).order_by(table.c.position.desc())
            newest_deleted = connection.execute(newest.offset(self.max_reports).limit(1)).scalar()
            if newest_deleted is not None:
                connection.execute(delete(table).where(table.c.position <= newest_deleted))
                report_images.delete_up_to(connection, newest_deleted)
            if images is not None and self.max_with_images:
                report_images.add(connection, position, images)
            report_images.delete_oldest(connection, self.max_with_images)

    def get(self, id: str) -> dict[str, Any]:
        """The report with this ID, or the newest one for `latest`. Raises ReportNotFound."""
        with self.engine.connect() as connection:
            return _load(_select(connection, id))

    def get_images(self, id: str) -> tuple[dict[str, Any], bytes]:
        """A report and its packed images. Raises ReportNotFound or ImagesNotStored."""
        with self.engine.connect() as connection:
            row = _select(connection, id)
            packed = report_images.get(connection, row.position)
        if packed is None:
            raise ImagesNotStored(
                f"The images of report {row.id} are not stored; only the newest {self.max_with_images:,} reports have them. "
                "Run the evaluation again."
            )
        return _load(row), packed

    def list_page(
        self, limit: int, before: str | None = None, with_crops: bool = False
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Summaries, newest first, and the value of `before` for the next page. Raises ReportNotFound.

        with_crops: add each report's crops.
        """
        unknown = ReportNotFound(f"before: no report has the ID {before!r:.80}.")
        columns = [*SUMMARY, _crops_column(self.engine.dialect.name)] if with_crops else SUMMARY
        rows, following = select_page(self.engine, table, columns, limit, before, unknown)
        crops = [{"crops": orjson.loads(row.crops or "[]")} if with_crops else {} for row in rows]
        return [_summary(row) | more for row, more in zip(rows, crops, strict=True)], following

    def count(self) -> int:
        """The number of reports."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _select(connection: Connection, id: str) -> Row[Any]:
    query = select(*(table.c[name] for name in ("id", "position", "body")))
    query = query.where(table.c.id == without_nul(id)) if id != LATEST else query.order_by(table.c.position.desc()).limit(1)
    row = connection.execute(query).first()
    if row is None:
        raise ReportNotFound(f"There is no report {id!r:.80}.")
    return row


def _load(row: Row[Any]) -> dict[str, Any]:
    report: dict[str, Any] = orjson.loads(row.body)
    return report


def _crops_column(dialect: str) -> ColumnElement[str]:
    """The crops in a report's body, as JSON text."""
    if dialect == "sqlite":
        return func.json_extract(table.c.body, "$.crops").label("crops")
    return func.json_extract_path_text(cast(table.c.body, JSON), "crops").label("crops")


def _summary(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "model": row.model,
        "created": row.created,
        "data": {"name": row.data_name, "n": row.n, "sha256": row.sha256},
        "accuracy": row.accuracy,
        "loss": row.loss,
        "seconds": row.seconds,
    }
