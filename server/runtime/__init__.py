"""Processes: the gunicorn arbiter and the waitress worker."""
