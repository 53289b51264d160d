"""/reports."""
