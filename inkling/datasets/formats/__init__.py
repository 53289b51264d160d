"""Readers of dataset formats, one module each."""
