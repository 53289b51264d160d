"""Request parsing: bodies and query parameters. Every size is checked before memory is spent on it."""
