"""The WSGI server, built on waitress."""
