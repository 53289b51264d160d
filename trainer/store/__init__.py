"""What the service keeps in the database, one file a table, and the lock that it holds on it. SQLAlchemy Core."""
