"""The table `report_images`: packed images of the newest reports. The caller provides the connection and transaction."""

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, Table, delete, insert, select

from inkling.service.store.database import metadata

table = Table(
    "report_images",
    metadata,
    # the position of the report
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("packed", LargeBinary, nullable=False),
)


def add(connection: Connection, position: int, packed: bytes) -> None:
    """Store the images of the report at a position."""
    connection.execute(insert(table).values(position=position, packed=packed))


def delete_oldest(connection: Connection, max_reports: int) -> None:
    """Delete the images of all but the newest `max_reports` reports that have images."""
    newest_deleted = select(table.c.position).order_by(table.c.position.desc()).offset(max_reports).limit(1)
    connection.execute(delete(table).where(table.c.position <= newest_deleted.scalar_subquery()))


def delete_up_to(connection: Connection, position: int) -> None:
    """Delete the images of the report at a position and of older ones."""
    connection.execute(delete(table).where(table.c.position <= position))


def get(connection: Connection, position: int) -> bytes | None:
    """The images of the report at a position, None if they are not stored."""
    return connection.execute(select(table.c.packed).where(table.c.position == position)).scalar()
