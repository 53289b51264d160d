"""Fit: the same function that `trainer fit` calls, with its events told to the service."""

from pathlib import Path
from typing import Any

from trainer.settings import FitSettings


def run(inside: Any, settings: dict[str, Any], path: str, resume: bool) -> dict[str, Any]:
    """Fit into a run folder, or go on with the run in it."""
    from trainer.fit import fit

    try:
        fit(
            FitSettings.from_dict(settings),
            Path(path),
            [lambda event: inside.tell(event.to_dict())],
            controls=inside.controls,
            resume=resume,
        )
    finally:
        inside.steered = {}
    return {}
