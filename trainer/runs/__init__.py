"""A run folder, and what is computed for it after training."""
