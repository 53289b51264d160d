"""Prometheus metrics over several worker processes."""
