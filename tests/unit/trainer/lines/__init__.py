"""Tests of trainer.lines."""
