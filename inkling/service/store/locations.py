"""Where the store and the cache are: what the server and the trainer must agree upon without loading a database's driver."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_state_path

VARIABLE = "INKLING_STORE"


def default_store() -> str:
    """SQLite in the user's state folder"""
    return f"sqlite:///{user_state_path('inkling') / 'store.db'}"


def cache_folder() -> Path:
    """The folder in which what was fetched or made once is kept"""
    return user_cache_path("inkling")


def store_address() -> str:
    """The store that the environment names, or the default one."""
    return os.environ.get(VARIABLE) or default_store()
