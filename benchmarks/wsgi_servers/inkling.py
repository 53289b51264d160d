"""Ours: gunicorn's arbiter over workers that run waitress with two lanes."""

from benchmarks.harness.server_process import ours
from benchmarks.wsgi_servers.wsgi_server import Server

SERVERS = [Server("ours: gunicorn's arbiter, waitress in the worker", "inkling", ours(workers=1))]
