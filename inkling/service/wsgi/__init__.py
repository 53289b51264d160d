"""The WSGI server of both services: waitress, extended by limits, JSON errors and a graceful shutdown.

docs/architecture.md lists what each override is for. Must not import server or trainer.
"""
