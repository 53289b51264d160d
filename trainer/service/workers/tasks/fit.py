"""A fit: the function that `trainer fit` calls, with its events sent to the service."""

from pathlib import Path
from typing import Any

from trainer.settings import FitSettings


def run(runner: Any, settings: dict[str, Any], path: str, resume: bool) -> dict[str, Any]:
    """Fit into a run folder, or resume the run in it."""
    from trainer.fit import fit

    try:
        fit(
            FitSettings.from_dict(settings),
            Path(path),
            [lambda event: runner.send_event(event.to_dict())],
            control=runner.control,
            resume=resume,
        )
    finally:
        runner.commands = {}
    return {}
