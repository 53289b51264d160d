"""Lessons of the service."""
