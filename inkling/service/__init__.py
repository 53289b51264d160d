"""What both web services share: HTTP, the WSGI server, settings, request parsing and the database."""
