"""Default locations of the database and the cache, shared by both services. Imports no database driver."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_state_path

STORE_VARIABLE = "INKLING_STORE"


def default_store() -> str:
    """SQLite in the user's state folder"""
    return f"sqlite:///{user_state_path('inkling') / 'store.db'}"


def cache_folder() -> Path:
    """The folder for downloaded and generated files that can be recreated."""
    return user_cache_path("inkling")


def store_url() -> str:
    """The database URL in INKLING_STORE, or the default."""
    return os.environ.get(STORE_VARIABLE) or default_store()
