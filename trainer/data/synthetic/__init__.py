"""Generated training data."""
