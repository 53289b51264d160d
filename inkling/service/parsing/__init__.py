"""Request parsing: bodies and query parameters."""
