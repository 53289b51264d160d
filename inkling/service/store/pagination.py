"""Keyset pagination for tables with an auto-incremented `position`, newest rows first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Engine, Integer, Row, Table, select

DEFAULT_LIMIT, MAX_LIMIT = 50, 500
"""Items on a page of a list endpoint."""


def position_column() -> Column[int]:
    """The primary key that orders a table. Create the table with sqlite_autoincrement=True, so that no value is reused."""
    # SQLite auto-increments only columns of type INTEGER
    return Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def select_page(
    engine: Engine,
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    limit: int | None,
    before: str | None,
    unknown: Exception,
    *where: ColumnElement[bool],
) -> tuple[list[Row[Any]], str | None]:
    """Select one page of a table that has `position` and `id`, newest first.

    columns: must include `id`. limit: None selects all rows. before: the ID that the previous page returned as next.
    where: conditions on every row. Returns the rows and the value of `before` for the next page, None on the last page.
    Raises `unknown` if no row has the ID `before`.
    """
    query = select(*columns).where(*where).order_by(table.c.position.desc())
    if limit is not None:
        query = query.limit(limit + 1)
    with engine.connect() as connection:
        if before is not None:
            position = connection.execute(select(table.c.position).where(table.c.id == without_nul(before), *where)).scalar()
            if position is None:
                raise unknown
            query = query.where(table.c.position < position)
        rows = list(connection.execute(query).all())
    if limit is None or len(rows) <= limit:
        return rows, None
    return rows[:limit], rows[limit - 1].id


def row_to_dict(row: Row[Any], columns: Sequence[Column[Any]]) -> dict[str, Any]:
    """Columns of a row by name, as plain `str` keys that orjson accepts."""
    return {str(column.name): row._mapping[column.name] for column in columns}


def without_nul(id: str) -> str:
    """The ID, or "" if it contains NUL, which PostgreSQL rejects in text. No row has an empty ID."""
    return "" if "\0" in id else id
