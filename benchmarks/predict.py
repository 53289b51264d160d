"""predict: the cost of a prediction on one core, and of decoding and normalizing the picture before it."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image

from benchmarks.harness.cpu_affinity import first_core, run_in_process
from benchmarks.harness.onnx_baseline import session_run_call
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import CANVAS_SIDE, canvas_png, photograph_jpeg, seven_drawing, small_png
from benchmarks.harness.report_section import Section, Table, format_ratio
from benchmarks.harness.timing import format_number, time_pair
from inkling.imaging.decoding import decode
from inkling.imaging.normalization import normalize
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image

CROPS = {"1": ("1 crop", 1), "4": ("4 crops", 4), "all": ("all 25 crops", 25)}
PILLOW_DECODER, PILLOW_RESIZE = "Pillow decoder", "Pillow resize to 28×28"
MICROSECONDS, BLOCK_SECONDS = 1e6, 0.1


def measure(options: Options) -> Section:
    """Time predictions and pictures in a separate process on one core."""
    predictions, pictures = run_in_process(time_all, options, cores=first_core())
    return Section(
        "Prediction cost",
        "Microseconds on one core: `Predictor.predict` on one image next to `session.run` on crops that were cut beforehand; "
        "and the steps before it, from the file to the image, next to Pillow.",
        [
            Table(("prediction", "Inkling, µs", "per crop, µs", "`session.run`, µs", "ratio"), predictions),
            Table(("picture", "Inkling, µs", "baseline", "baseline, µs", "ratio", "difference, µs"), pictures),
        ],
        [f"Model: {options.model.stem}, {options.model.stat().st_size / 1e3:.0f} kB."],
        ("inkling", "numpy", "onnxruntime", "pillow"),
    )


def time_all(options: Options) -> tuple[list, list]:
    """The rows of both tables."""
    return time_predictions(options), time_pictures(options)


def time_predictions(options: Options) -> list[tuple[str, ...]]:
    """One row per choice of crops."""
    predictor, images = Predictor(options.model), smoke_image()[None]
    rows = []
    for crops, (name, count) in CROPS.items():
        call, baseline = lambda crops=crops: predictor.predict(images, crops), session_run_call(predictor, images, crops)
        own, bare = time_pair(call, baseline, options, MICROSECONDS, BLOCK_SECONDS)
        rows.append((name, str(own), format_number(own.median / count), str(bare), format_ratio(own.median, bare.median)))
    return rows


def time_pictures(options: Options) -> list[tuple[str, ...]]:
    """One row per kind of picture: array, small PNG, canvas, photograph."""
    limits, side = Limits(), CANVAS_SIDE
    small, canvas, photograph = small_png(), canvas_png(), photograph_jpeg()
    image, drawing, large_drawing = smoke_image(), seven_drawing(28), seven_drawing(side)
    cases: list[tuple[str, Callable, str, Callable]] = [
        ("normalize a 28×28 image", call(normalize, image), PILLOW_RESIZE, call(resize, image)),
        ("normalize a 28×28 drawing", call(normalize, drawing), PILLOW_RESIZE, call(resize, drawing)),
        (f"normalize a {side}×{side} drawing", call(normalize, large_drawing), PILLOW_RESIZE, call(resize, large_drawing)),
        ("decode and normalize a 28×28 PNG", to_image(small, limits), PILLOW_DECODER, call(pillow_decode, small)),
        (f"decode a {side}×{side} RGBA PNG", call(decode, canvas, limits), PILLOW_DECODER, call(pillow_decode, canvas)),
        (
            f"decode and normalize a {side}×{side} RGBA PNG",
            to_image(canvas, limits),
            PILLOW_DECODER,
            call(pillow_decode, canvas),
        ),
        (
            "decode and normalize a 12-megapixel JPEG",
            to_image(photograph, limits),
            PILLOW_DECODER,
            call(pillow_decode, photograph),
        ),
        (
            "decode and normalize a 12-megapixel JPEG",
            to_image(photograph, limits),
            f"{PILLOW_DECODER}, reduced size",
            call(pillow_decode_reduced, photograph),
        ),
    ]
    rows = []
    for name, own_call, baseline_name, baseline_call in cases:
        own, baseline = time_pair(own_call, baseline_call, options, MICROSECONDS, BLOCK_SECONDS)
        difference = format_number(own.median - baseline.median)
        rows.append((name, str(own), baseline_name, str(baseline), format_ratio(own.median, baseline.median), difference))
    return rows


def call(function: Callable, *arguments: object) -> Callable[[], object]:
    """A call with its arguments bound."""
    return lambda: function(*arguments)


def to_image(data: bytes, limits: Limits) -> Callable[[], object]:
    """From a file to the normalized image, as in /predict."""
    return lambda: normalize(decode(data, limits))


def resize(picture: np.ndarray) -> np.ndarray:
    """What most demos do instead of normalizing: resize a picture, uint8 (height, width), to (28, 28)."""
    return np.asarray(Image.fromarray(picture).resize((28, 28), Image.Resampling.BILINEAR))


def pillow_decode(data: bytes) -> None:
    """Pillow's decoder alone."""
    Image.open(io.BytesIO(data)).load()


def pillow_decode_reduced(data: bytes) -> None:
    """Pillow's JPEG decoder in its reduced-size mode, with the size that `decode` requests."""
    picture = Image.open(io.BytesIO(data))
    picture.draft("RGB", (512, 512))
    picture.load()
