"""Tests of server.inference.explaining."""
