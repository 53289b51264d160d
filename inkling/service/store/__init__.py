"""The database: SQLAlchemy Core on SQLite or PostgreSQL. One module per table; no Flask."""
