"""Fuzzing: mutated requests over all endpoints of both services."""
