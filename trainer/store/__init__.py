"""The trainer service's database, one module per table, and its locks. SQLAlchemy Core."""
