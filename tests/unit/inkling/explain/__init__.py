"""Tests of inkling.explain."""
