"""Lessons as the service manages them."""
