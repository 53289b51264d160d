"""The store: what outlives a request and is seen by every process. SQLAlchemy Core, on SQLite or PostgreSQL.

What belongs here: one file that opens the database, and one a table. No Flask, no models.
"""
