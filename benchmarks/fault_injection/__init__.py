"""Faults under a steady load, and what clients notice."""
