"""Steering: what a fit in this process lets be done while it runs."""

from collections.abc import Callable
from typing import Any

import orjson

from trainer.inspection.request import PageRequest
from trainer.service.api.snapshot_response import shown
from trainer.settings import FitSettings
from trainer.training.control import FitControl


def steer(inside: Any, settings: dict[str, Any]) -> FitControl:
    """New controls for the next fit, with what the service may ask for by name. It can ask before the fit has begun."""
    controls = FitControl(FitSettings.from_dict(settings))

    def told(act: Callable[[], object]) -> Callable[[Any], dict]:
        def do(_: Any) -> dict:
            act()
            return {"state": controls.state}

        return do

    inside.steered = {
        "change": lambda _, **values: controls.change(**values),
        "look": lambda _, sample, **wanted: shown(controls.look(sample), **wanted),
        "predictions": lambda _, **page: {"body": orjson.dumps(controls.look(PageRequest(**page)).to_dict())},
        "pause": told(controls.pause),
        "go_on": told(controls.go_on),
        "stop": told(controls.stop),
    }
    return controls
