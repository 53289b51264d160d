"""Load all that a fit needs, so that one that is asked for begins at once."""

from typing import Any

from trainer.device import prepare, take
from trainer.recipes import recipe


def run(inside: Any) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """Import Keras and what a fit imports; gpu: whether a fit with the device `auto` would run on one."""
    prepare("auto")
    import sklearn.datasets  # noqa: F401 takes a second
    import tensorboardX  # noqa: F401

    import trainer.fit
    import trainer.summary
    import trainer.training  # noqa: F401

    return {"gpu": take(recipe("inkling")).gpu}
