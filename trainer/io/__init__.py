"""Files: atomic writes and NumPy archives."""
