"""POST /read."""
