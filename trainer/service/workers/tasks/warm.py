"""Loads everything that a fit needs, so that the next fit starts at once."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from inkling.errors import InklingError
from trainer.backend.device import prepare_backend, select_device
from trainer.recipes import recipe


def run(runner: Any) -> dict[str, Any]:
    """Import Keras and what a fit imports, then load common data until a task arrives.

    Returns gpu: whether a fit with the device `auto` would run on one.
    """
    prepare_backend("auto")
    import tensorboardX  # noqa: F401

    import trainer.fit
    import trainer.runs.finalize
    import trainer.training.loop  # noqa: F401

    gpu = select_device(recipe("inkling")).gpu
    if not gpu:  # a step on the GPU would occupy its memory until the next fit
        run_first_step()
    with suppress(InklingError):  # damaged data: a fit reports it
        for _ in _load_common_data():
            if runner.has_waiting_tasks:
                break
    return {"gpu": gpu}


def run_first_step() -> None:
    """Compile and train a minimal network for one step: the first step in a process is slow. Leaves no trace."""
    import keras
    import numpy as np

    positions = keras.Input((1,), dtype="float32")
    model = keras.Model(positions, keras.layers.Dense(1, kernel_initializer="zeros")(positions))
    model.compile(optimizer="sgd", loss="mse")
    model.fit(np.zeros((2, 1), np.float32), np.zeros((2, 1), np.float32), batch_size=1, shuffle=False, verbose=0)
    keras.backend.clear_session()  # resets the numbering of layer names


def _load_common_data() -> Iterator[object]:
    """Load the local datasets and generate the outliers of the default recipe, step by step."""
    from trainer.data.cache import find_downloaded
    from trainer.data.outliers import AUTOMATIC, generate_outliers
    from trainer.data.sources import SOURCES
    from trainer.data.spec import load
    from trainer.data.split import SPLITS, split

    yield load("digits")
    if not find_downloaded(SOURCES["mnist"]):
        return
    default = recipe("inkling")
    parts = split([load("mnist")], default.seed, default.validation_split)
    yield None
    for spec in AUTOMATIC:
        for which, part in zip(SPLITS, (parts.train, parts.validation, parts.test), strict=True):
            yield generate_outliers(spec, part, default.seed, which)
