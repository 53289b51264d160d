"""The store: what outlives a request and is seen by every process. SQLAlchemy Core, on SQLite or PostgreSQL.

What belongs here: where the store is, one file that opens the database, and one a table. No Flask, no models. The trainer
reads feedback from it.
"""
