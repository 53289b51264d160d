"""POST /evaluate."""
