"""POST /explain."""
