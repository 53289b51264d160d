"""Evaluation of runs and models."""
