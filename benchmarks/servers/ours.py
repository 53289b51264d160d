"""Ours: gunicorn's arbiter over workers that run waitress with two lanes."""

from benchmarks.harness.served import ours
from benchmarks.servers.server import Server

SERVERS = [Server("ours: gunicorn's arbiter, waitress in the worker", "inkling", ours(workers=1))]
