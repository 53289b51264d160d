"""The commands that a running fit accepts from the service, in the worker process."""

from collections.abc import Callable
from typing import Any

import orjson

from trainer.inspection.request import PageRequest
from trainer.service.workers.tasks.snapshot import encode_snapshot
from trainer.settings import FitSettings
from trainer.training.control import FitControl

Command = Callable[..., dict[str, Any]]


def fit_commands(settings: dict[str, Any]) -> tuple[FitControl, dict[str, Command]]:
    """The control of the next fit, and its commands by name. Commands may arrive before the fit has started."""
    control = FitControl(FitSettings.from_dict(settings))

    def state_after(act: Callable[[], object]) -> Command:
        def command(_: Any) -> dict[str, Any]:
            act()
            return {"state": control.state}

        return command

    return control, {
        "change": lambda _, **values: control.change(**values),
        "snapshot_now": lambda _, sample, **view: encode_snapshot(control.inspect(sample), **view),
        "predictions_now": lambda _, **page: {"body": orjson.dumps(control.inspect(PageRequest(**page)).to_dict())},
        "pause": state_after(control.pause),
        "resume": state_after(control.resume),
        "stop": state_after(control.stop),
    }
