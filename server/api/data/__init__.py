"""GET /data."""
