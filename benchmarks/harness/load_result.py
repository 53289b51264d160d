"""Outcome: what a load found, whoever made it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """answered: requests; failed: those without an answer of 200; seconds they took; p50, p99 in milliseconds."""

    answered: int
    failed: int
    seconds: float
    p50: float
    p99: float
