"""Experiments of many fits: parallel processes and sweeps."""
