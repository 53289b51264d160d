"""Many fits in parallel processes."""
