"""Readers of labelled datasets, one module per file format."""
