"""Reading and writing files: atomic writes and NumPy archives."""
