"""Metrics and reports of labelled datasets."""
