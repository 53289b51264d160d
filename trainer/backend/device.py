"""The device and the Keras backend. Environment variables must be set before Keras is imported."""

import logging
import os
from dataclasses import dataclass

from inkling.distribution import extra
from inkling.errors import InvalidInput
from trainer.backend.stderr import buffered_stderr
from trainer.settings import FitSettings

ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",  # errors are raised as exceptions as well
    "TF_DETERMINISTIC_OPS": "1",  # the same seed gives the same weights
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}


@dataclass(frozen=True)
class Device:
    """name: as Keras lists it, such as gpu:0. gpu: whether it is a GPU. backend: the Keras backend."""

    name: str
    gpu: bool
    backend: str


def prepare_backend(device: str) -> None:
    """Set the environment for a device (auto, cpu or gpu) and import Keras, which must not have been imported before."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    flags = os.environ.get("XLA_FLAGS", "")
    if "deterministic" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} --xla_gpu_deterministic_ops=true".strip()
    if device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        os.environ["JAX_PLATFORMS"] = "cpu"
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns of functions that are traced again, which is intended
    try:
        with buffered_stderr():
            import keras  # noqa: F401
    except ValueError as error:  # what Keras raises for an unknown backend
        raise InvalidInput(
            f"Expected KERAS_BACKEND as tensorflow, jax or torch, got {os.environ.get('KERAS_BACKEND')!r:.40}."
        ) from error


def select_device(settings: FitSettings) -> Device:
    """Return the device of a fit. Raises InvalidInput if a GPU is requested and none is usable."""
    import keras

    backend = keras.backend.backend()
    gpus = _list_gpus(backend) if settings.device != "cpu" else []
    if settings.device == "gpu" and not gpus:
        raise InvalidInput(
            f"Keras on {backend} finds no usable GPU: check nvidia-smi, install {extra('gpu')}, or use --device auto."
        )
    return Device(gpus[0] if gpus else "cpu:0", bool(gpus), backend)


def _list_gpus(backend: str) -> list[str]:
    import keras

    if backend == "torch":  # Keras lists devices on the other backends only
        import torch

        return [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    return [name for name in keras.distribution.list_devices() if name.startswith(("gpu", "cuda"))]


def resolve_precision(settings: FitSettings, device: Device) -> str:
    """Return the Keras dtype policy of a fit on a device."""
    if settings.precision != "auto":
        return settings.precision
    return "mixed_bfloat16" if device.gpu else "float32"
