"""A snapshot as it is sent: numbers, or a picture of one layer."""

from typing import Any


def shown(snapshot: Any, **wanted: Any) -> dict[str, Any]:
    """x"""
    return {}
