"""Steering: what a fit in this process lets be done while it runs."""

from typing import Any

from trainer.controls import Controls


def steer(inside: Any) -> Controls:
    """New controls for the next fit, with what the service may ask for by name. It can ask before the fit has begun."""
    controls = Controls()

    def change(_: Any, **values: Any) -> dict:
        controls.change(**values)
        return {}

    def look(_: Any, **words: Any) -> dict:
        from trainer.service.snapshot import shown

        return shown(controls.look(words.pop("sample")), **words)

    def told(act: Any) -> Any:
        def do(_: Any) -> dict:
            act()
            return {"state": controls.state}

        return do

    inside.steered = {
        "change": change,
        "look": look,
        "pause": told(controls.pause),
        "go_on": told(controls.go_on),
        "stop": told(controls.stop),
    }
    return controls
