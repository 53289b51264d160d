"""Tests of what teaches networks one drawing at a time."""
