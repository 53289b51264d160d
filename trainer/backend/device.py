"""Which device trains. What must be said in the environment is said before Keras is imported."""

import os
from dataclasses import dataclass

from inkling.errors import BadInput
from trainer.backend.stderr import held_stderr
from trainer.settings import FitSettings

QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",  # its notes say nothing that a user can act on; what fails is raised as well
    "TF_DETERMINISTIC_OPS": "1",  # the same seed gives the same weights
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}


@dataclass(frozen=True)
class Device:
    """name: as Keras lists it, such as gpu:0. gpu: whether it is one. backend: Keras' backend."""

    name: str
    gpu: bool
    backend: str


def prepare(wanted: str) -> None:
    """Set the environment for a device and import Keras. Nothing may have imported it before."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    flags = os.environ.get("XLA_FLAGS", "")
    if "deterministic" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} --xla_gpu_deterministic_ops=true".strip()
    if wanted == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        os.environ["JAX_PLATFORMS"] = "cpu"
    try:
        with held_stderr():
            import keras  # noqa: F401
    except ValueError as error:  # Keras' own word for a backend that it does not know
        raise BadInput(
            f"Expected KERAS_BACKEND as tensorflow, jax or torch. Received {os.environ.get('KERAS_BACKEND')!r:.40}."
        ) from error


def take(settings: FitSettings) -> Device:
    """The device that a fit runs on. Raises BadInput where a GPU is asked for and none can be used."""
    import keras

    backend = keras.backend.backend()
    gpus = _gpus(backend) if settings.device != "cpu" else []
    if settings.device == "gpu" and not gpus:
        raise BadInput(
            f"Expected a GPU that Keras on {backend} can use. Received none: check nvidia-smi, install the extra "
            "inkling[gpu], or say --device auto."
        )
    return Device(gpus[0] if gpus else "cpu:0", bool(gpus), backend)


def _gpus(backend: str) -> list[str]:
    import keras

    if backend == "torch":  # Keras lists devices on its other backends only
        import torch

        return [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    return [name for name in keras.distribution.list_devices() if name.startswith(("gpu", "cuda"))]


def precision(settings: FitSettings, device: Device) -> str:
    """The number format that `auto` stands for on a device."""
    if settings.precision != "auto":
        return settings.precision
    return "mixed_bfloat16" if device.gpu else "float32"
