"""/feedback."""
