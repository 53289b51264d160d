"""/models."""
