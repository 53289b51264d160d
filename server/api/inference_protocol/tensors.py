"""Tensors of the Open Inference Protocol: in JSON, or as bytes after it (Triton's extension binary_tensor_data)."""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from inkling.errors import InvalidInput
from inkling.service.parsing.json_body import json_type_name

DTYPES: dict[str, np.dtype[Any]] = {"UINT8": np.dtype(np.uint8), "FP32": np.dtype("<f4")}
"""Datatypes of inputs."""

MAX_SIDE = 1 << 31


@dataclass(frozen=True)
class OutputTensor:
    """One output. values: float32, bool, or str, of any shape."""

    name: str
    datatype: str
    values: np.ndarray

    def to_json(self) -> dict[str, Any]:
        """The tensor with its values, in row-major order."""
        return self._head() | {"data": self.values.ravel().tolist()}

    def to_binary(self) -> tuple[dict[str, Any], bytes]:
        """The tensor without its values, and their bytes."""
        if self.datatype == "BYTES":
            texts = [text.encode() for text in self.values.ravel().tolist()]
            content = b"".join(struct.pack("<I", len(text)) + text for text in texts)
        else:
            content = self.values.tobytes()
        return self._head() | {"parameters": {"binary_data_size": len(content)}}, content

    def _head(self) -> dict[str, Any]:
        return {"name": self.name, "datatype": self.datatype, "shape": list(self.values.shape)}


def parse_tensor(tensor: dict[str, Any], binary: memoryview | None) -> np.ndarray:
    """The values of an input tensor: uint8 or float32, of its shape. binary: its bytes, if it has them. Raises InvalidInput."""
    name = tensor.get("name")
    dtype = DTYPES.get(str(tensor.get("datatype")))
    if dtype is None:
        raise InvalidInput(f"{name!s:.40}: datatype must be {' or '.join(DTYPES)}, got {tensor.get('datatype')!r:.40}.")
    shape = _parse_shape(name, tensor.get("shape"))
    count = int(np.prod(shape, dtype=object))
    if binary is not None:
        if len(binary) != count * dtype.itemsize:
            raise InvalidInput(f"{name}: shape {shape} needs {count * dtype.itemsize:,} bytes, got {len(binary):,}.")
        return np.frombuffer(binary, dtype).reshape(shape)
    data = tensor.get("data")
    if not isinstance(data, list):
        raise InvalidInput(f"{name}: data must be an array, got {json_type_name(data)}.")
    return _from_json(str(name), data, shape, count, dtype)


def _parse_shape(name: Any, shape: Any) -> list[int]:
    is_valid = isinstance(shape, list) and all(type(side) is int and 0 < side < MAX_SIDE for side in shape)
    if not is_valid or not 1 <= len(shape) <= 8:
        raise InvalidInput(f"{name!s:.40}: shape must be an array of integers from 1, got {shape!r:.60}.")
    return list(shape)


def _from_json(name: str, data: list[Any], shape: list[int], count: int, dtype: np.dtype[Any]) -> np.ndarray:
    """Flat or nested values."""
    try:
        values = np.array(data)
        if values.dtype.kind not in "iuf":
            raise TypeError  # strings, booleans or ragged rows
        values = values.astype(np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidInput(f"{name:.40}: data must be numbers, flat or nested as in shape.") from error
    if values.size != count or values.shape not in ((count,), tuple(shape)):
        raise InvalidInput(f"{name:.40}: shape {shape} needs {count:,} values, got {values.size:,} in {list(values.shape)}.")
    if dtype == np.uint8 and not ((values >= 0) & (values <= 255) & (values == np.floor(values))).all():
        raise InvalidInput(f"{name:.40}: UINT8 values must be integers in 0..255.")
    return values.reshape(shape).astype(dtype)
