"""Rows: what the tables that count theirs have in common, the newest first and a page at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Engine, Row, Table, select


def page(
    engine: Engine,
    table: Table,
    columns: Sequence[ColumnElement],
    limit: int | None,
    before: str | None,
    unknown: Exception,
    *where: ColumnElement[bool],
) -> tuple[list[Row], str | None]:
    """Rows of a table that has `position` and `id`, newest first, and the ID to go on with, None at the end.

    They begin after the row whose ID is `before`, the ID that a page before ended with; `unknown` is raised where there is
    none. limit: None for all of them. where: what must be true of every row. columns: the table's, `id` among them.
    """
    query = select(*columns).where(*where).order_by(table.c.position.desc())
    if limit is not None:
        query = query.limit(limit + 1)
    with engine.connect() as connection:
        if before is not None:
            named = select(table.c.position).where(table.c.id == storable(before), *where)
            position = connection.execute(named).scalar()
            if position is None:
                raise unknown
            query = query.where(table.c.position < position)
        rows = connection.execute(query).all()
    more = limit is not None and len(rows) > limit
    return list(rows[:limit]), rows[limit - 1].id if more else None


def record(row: Row, columns: list[Column]) -> dict[str, Any]:
    """Columns of a row by name. SQLAlchemy's own strings are no JSON keys."""
    return {str(column.name): row._mapping[column.name] for column in columns}


def storable(id: str) -> str:
    """An ID to look for. PostgreSQL takes no text with a NUL in it; nothing has an empty ID."""
    return "" if "\0" in id else id
