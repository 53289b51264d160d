"""Processes and memory: the gunicorn arbiter, the waitress worker, malloc settings. Must not import server.api."""
