"""Images of reports in the store: packed, for the newest reports only. Whoever changes them gives the connection."""

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, Table, delete, insert, select

from inkling.service.store.database import metadata

table = Table(
    "report_images",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),  # the report's
    Column("packed", LargeBinary, nullable=False),
)


def add(connection: Connection, position: int, packed: bytes) -> None:
    """Keep the images of the report at a position."""
    connection.execute(insert(table).values(position=position, packed=packed))


def keep_newest(connection: Connection, most: int) -> None:
    """Keep the images of the newest `most` reports that have any."""
    first_to_go = select(table.c.position).order_by(table.c.position.desc()).offset(most).limit(1)
    connection.execute(delete(table).where(table.c.position <= first_to_go.scalar_subquery()))


def remove_up_to(connection: Connection, position: int) -> None:
    """Keep no images of the report at a position, nor of older ones."""
    connection.execute(delete(table).where(table.c.position <= position))


def get(connection: Connection, position: int) -> bytes | None:
    """The images of the report at a position, None where it keeps none."""
    return connection.execute(select(table.c.packed).where(table.c.position == position)).scalar()
