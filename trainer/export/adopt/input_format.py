"""How a classifier from elsewhere expects its pixels: read from its graph and from what the user says."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inkling.errors import InvalidInput, InvalidModel

if TYPE_CHECKING:
    import onnx

LAYOUTS = {"nchw": "(N, channels, height, width)", "nhwc": "(N, height, width, channels)", "nhw": "(N, height, width)"} | {
    "flat": "(N, pixels)"
}
SCALES = ("0-1", "0-255")
INKS = ("light", "dark")
ELEMENT_TYPES = ("FLOAT", "FLOAT16", "DOUBLE", "UINT8", "INT32", "INT64")
CHANNELS = (1, 3)
MAX_SIDE = 1024


@dataclass(frozen=True)
class InputOptions:
    """What the user says about the input; None or () for what the graph has to say.

    layout: a key of LAYOUTS. size: (height, width). scale: of the pixels, before `mean` is subtracted and `std` divides, each
    with one value or one per channel. ink: whether strokes are light or dark.
    """

    layout: str | None = None
    size: tuple[int, int] | None = None
    scale: str | None = None
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    ink: str | None = None


@dataclass(frozen=True)
class InputFormat:
    """element_type: of ELEMENT_TYPES. factors, offsets: per channel; a level v of 0 to 255 becomes v * factor + offset."""

    name: str
    element_type: str
    layout: str
    height: int
    width: int
    channels: int
    factors: tuple[float, ...]
    offsets: tuple[float, ...]
    is_dark: bool

    def describe(self) -> str:
        """One line for people."""
        sizes = {"C": self.channels, "H": self.height, "W": self.width}
        shape = (
            [str(sizes[axis]) for axis in self.layout[1:].upper()]
            if self.layout != "flat"
            else [str(math.prod(sizes.values()))]
        )
        low, high = (f"{value:.3g}" for value in (self.offsets[0], 255 * self.factors[0] + self.offsets[0]))
        ink = "dark" if self.is_dark else "light"
        return f"{self.name}, {self.element_type.lower()} (N, {', '.join(shape)}), {low} to {high}, {ink} ink"


def read_input_format(model: "onnx.ModelProto", options: InputOptions) -> InputFormat:
    """Return the format of the graph's only input.

    Raises InvalidModel for a graph that can't be an image classifier, or InvalidInput that asks for what is missing or says
    what doesn't fit.
    """
    from onnx import TensorProto

    value = _only_input(model)
    kind = TensorProto.DataType.Name(value.type.tensor_type.elem_type)
    if kind not in ELEMENT_TYPES:
        raise InvalidModel(
            f"The input {value.name} has the type {kind.lower()}. Supported: {', '.join(ELEMENT_TYPES).lower()}."
        )
    shape = [dim.dim_value or None for dim in value.type.tensor_type.shape.dim]
    missing = []
    layout = options.layout or _guess_layout(shape)
    if layout is None:
        missing.append(f"the layout of its input {_format(shape)} (give --layout {', '.join(LAYOUTS)})")
    height, width, channels = _read_size(shape, layout, options.size) if layout else (None, None, 1)
    if layout and (not height or not width):
        missing.append("the size of its images (give --size HEIGHTxWIDTH)")
    scale = options.scale or ("0-255" if kind == "UINT8" else "0-1" if options.mean or options.std else None)
    if scale is None:
        missing.append(f"the scale of its pixels (give --scale {' or '.join(SCALES)}, or --mean and --std)")
    if options.ink is None:
        missing.append("the polarity (give --ink light, as in MNIST, or --ink dark)")
    if missing or layout is None or not height or not width or scale is None:
        raise InvalidInput(f"The graph leaves open {' and '.join(missing)}.")
    factors, offsets = _scaling(scale, options, channels)
    return InputFormat(value.name, kind, layout, height, width, channels, factors, offsets, options.ink == "dark")


def _only_input(model: "onnx.ModelProto") -> "onnx.ValueInfoProto":
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1:
        names = ", ".join(value.name for value in inputs) or "none"
        raise InvalidModel(f"An image classifier has one input. This graph has {len(inputs)}: {names}.")
    if not inputs[0].type.HasField("tensor_type") or not 2 <= len(inputs[0].type.tensor_type.shape.dim) <= 4:
        raise InvalidModel(f"The input {inputs[0].name} isn't a batch of images: it needs two to four dimensions.")
    return inputs[0]


def _guess_layout(shape: list[int | None]) -> str | None:
    """The layout, if the shape allows only one."""
    if len(shape) < 4:
        return "flat" if len(shape) == 2 else "nhw"
    is_first, is_last = shape[1] in CHANNELS, shape[3] in CHANNELS
    return None if is_first == is_last else "nchw" if is_first else "nhwc"


def _read_size(shape: list[int | None], layout: str, given: tuple[int, int] | None) -> tuple[int | None, int | None, int]:
    """Return height and width, None if unknown, and the number of channels."""
    if len(shape) != {"flat": 2, "nhw": 3}.get(layout, 4):
        raise InvalidInput(f"The input {_format(shape)} doesn't have the layout {layout}: {LAYOUTS[layout]}.")
    height: int | None
    width: int | None
    if layout == "flat":
        pixels, channels = shape[1], 1
        side = math.isqrt(pixels or 0)
        height, width = given or ((side, side) if pixels and side**2 == pixels else (None, None))
        if height and width and pixels and pixels != height * width:
            channels = pixels // (height * width)
            if channels not in CHANNELS or channels * height * width != pixels:
                raise InvalidInput(f"The input {_format(shape)} doesn't hold images of {height}×{width} pixels.")
    else:
        axes = dict(zip(layout, shape, strict=True))
        channels = axes.get("c", 1) or 1
        if channels not in CHANNELS:
            raise InvalidModel(
                f"The input {_format(shape)} has {channels} channels in the layout {layout}; 1 or 3 are supported."
            )
        height, width = (axes[axis] or (given[index] if given else None) for index, axis in enumerate("hw"))
        if given and (height, width) != given:
            raise InvalidInput(f"The graph takes images of {height}×{width} pixels, not {given[0]}×{given[1]}.")
    if max(height or 0, width or 0) > MAX_SIDE:
        raise InvalidModel(f"Images of at most {MAX_SIDE}×{MAX_SIDE} pixels are supported, not {height}×{width}.")
    return height, width, channels


def _scaling(scale: str, options: InputOptions, channels: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    means, deviations = (
        _per_channel("--mean", options.mean or (0.0,), channels),
        _per_channel("--std", options.std or (1.0,), channels),
    )
    if not all(deviation > 0 for deviation in deviations):
        raise InvalidInput("--std must be greater than 0.")
    unit = 1 / 255 if scale == "0-1" else 1.0
    factors = tuple(unit / deviation for deviation in deviations)
    return factors, tuple((0.0 - mean) / deviation for mean, deviation in zip(means, deviations, strict=True))


def _per_channel(option: str, values: Sequence[float], channels: int) -> tuple[float, ...]:
    if len(values) not in (1, channels) or not all(map(math.isfinite, values)):
        raise InvalidInput(f"{option} needs one number, or one per channel ({channels}), separated by commas.")
    return tuple(values) * (channels if len(values) == 1 else 1)


def _format(shape: Sequence[int | None]) -> str:
    return f"({', '.join(['N', *(str(size or '?') for size in shape[1:])])})"
