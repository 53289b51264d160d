"""Load all that a fit needs, so that one that is asked for begins at once."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from inkling.errors import InklingError
from trainer.backend.device import prepare_backend, select_device
from trainer.recipes import recipe


def run(inside: Any) -> dict[str, Any]:
    """Import Keras and what a fit imports; get ready what many fits begin with, until somebody asks for one.

    gpu: whether a fit with the device `auto` would run on one.
    """
    prepare_backend("auto")
    import tensorboardX  # noqa: F401

    import trainer.runs.finalize
    import trainer.training.fit
    import trainer.training.loop  # noqa: F401

    gpu = select_device(recipe("inkling")).gpu
    if not gpu:  # a step there would take the GPU's memory for as long as nobody fits
        take_first_step()
    with suppress(InklingError):  # data that are damaged: a fit on them says so
        for _ in _usual_data():
            if inside.asked:
                break
    return {"gpu": gpu}


def take_first_step() -> None:
    """Compile and take a step of the least network: the first one in a process loads and looks up much. Leaves no trace."""
    import keras
    import numpy as np

    positions = keras.Input((1,), dtype="float32")
    model = keras.Model(positions, keras.layers.Dense(1, kernel_initializer="zeros")(positions))
    model.compile(optimizer="sgd", loss="mse")
    model.fit(np.zeros((2, 1), np.float32), np.zeros((2, 1), np.float32), batch_size=1, shuffle=False, verbose=0)
    keras.backend.clear_session()  # names of layers count from the beginning again


def _usual_data() -> Iterator[None]:
    """Load the sets that are here, and have drawn what the default recipe makes up beside them, piece by piece."""
    from trainer.data.cache import present
    from trainer.data.outliers import MADE_UP, PARTS, make_up
    from trainer.data.sources import SOURCES
    from trainer.data.spec import load
    from trainer.data.split import split

    yield load("digits")
    if not present(SOURCES["mnist"]):
        return
    usual = recipe("inkling")
    parts = split([load("mnist")], usual.seed, usual.validation_split)
    yield None
    for spec in [spec for spec in usual.outliers if spec in MADE_UP]:
        for which, part in zip(PARTS, (parts.train, parts.validation, parts.test), strict=True):
            yield make_up(spec, part, usual.seed, which)
