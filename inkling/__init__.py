"""Inkling reads handwriting.

`load` opens a model file in this process; `Client` sends pictures to a running server. Both return the same results.
They are imported on first use, so that `import inkling` is cheap.

The package contains what the server and the trainer share, so that training and serving cannot drift apart. Outside of
`inkling.service`, its modules import the standard library, numpy, Pillow and onnxruntime only.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkling.api.client import Client
    from inkling.api.model import Model, load
    from inkling.api.results import Digit, Line, Prediction, Reading
    from inkling.errors import InklingError

__all__ = ["Client", "Digit", "InklingError", "Line", "Model", "Prediction", "Reading", "load"]

_MODULES = {
    "Client": "inkling.api.client",
    "Digit": "inkling.api.results",
    "InklingError": "inkling.errors",
    "Line": "inkling.api.results",
    "Model": "inkling.api.model",
    "Prediction": "inkling.api.results",
    "Reading": "inkling.api.results",
    "load": "inkling.api.model",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
