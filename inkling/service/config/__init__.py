"""Settings: declared once, read from options and the environment."""
