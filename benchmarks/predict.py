"""crop: what an answer costs on one core, from the crops and from the picture file."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image

from benchmarks.harness.cpu_affinity import alone, available
from benchmarks.harness.onnx_baseline import bare_call
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import CANVAS_SIDE, canvas_png, drawing, photograph_jpeg, small_png
from benchmarks.harness.report_section import Section, Table, ratio
from benchmarks.harness.timing import Spread, figure, in_turns
from server.inference.limits import Limits
from server.inference.normalise import normalise
from server.inference.pictures import decode
from server.inference.predictor import Predictor
from server.inference.smoke import smoke_image

ANSWERS = {"1": "one crop", "4": "four crops", "all": "all 25 crops"}
COUNTS = {"1": 1, "4": 4, "all": 25}
SCALES, DECODES = "Pillow scales it to 28×28", "Pillow decodes it"


def measure(options: Options) -> Section:
    """Time answers and pictures in a process of its own on one core."""
    answers, pictures = alone(time_all, options, cores=set(available()[:1]) or None)
    return Section(
        "What an answer costs",
        "Microseconds on one core: `Predictor.predict` of one image beside the bare `session.run` of the same session on "
        "arrays that are ready, and what comes before it, from a file to the image, beside Pillow's decoder alone.",
        [
            Table(("answer", "ours, µs", "µs a crop", "bare `session.run`, µs", "ours / bare"), answers),
            Table(("picture", "ours, µs", "beside", "that, µs", "ours / that", "ours - that, µs"), pictures),
        ],
        [f"The model is {options.model.stem}, a file of {options.model.stat().st_size / 1e3:.0f} kB."],
        ("inkling", "numpy", "onnxruntime", "pillow"),
    )


def time_all(options: Options) -> tuple[list, list]:
    """The rows of both tables."""
    return time_answers(options), time_pictures(options)


def time_answers(options: Options) -> list[tuple[str, ...]]:
    """A row for each choice of crops."""
    predictor, images = Predictor(options.model), smoke_image()[None]
    rows = []
    for crops, name in ANSWERS.items():
        calls = {"ours": lambda crops=crops: predictor.predict(images, crops), "bare": bare_call(predictor, images, crops)}
        took = in_turns(calls, options.pick(15, 2), options.pick(0.1, 0.005))
        ours, bare = took["ours"].times(1e6), took["bare"].times(1e6)
        each = figure(ours.median / COUNTS[crops])
        rows.append((name, str(ours), each, str(bare), ratio(ours.median, bare.median)))
    return rows


def time_pictures(options: Options) -> list[tuple[str, ...]]:
    """A row for each picture that arrives: as levels, as a small PNG, as a canvas, as a photograph."""
    limits = Limits()
    small, canvas, photograph = small_png(), canvas_png(), photograph_jpeg()
    pages = {side: np.ascontiguousarray(drawing(side)) for side in (28, CANVAS_SIDE)}
    side = CANVAS_SIDE
    pairs: list[tuple[str, Callable, str, Callable]] = [
        ("normalise an image of 28×28", call(normalise, smoke_image()), SCALES, call(naive, smoke_image())),
        ("normalise a drawing of 28×28", call(normalise, pages[28]), SCALES, call(naive, pages[28])),
        (f"normalise a drawing of {side}×{side}", call(normalise, pages[side]), SCALES, call(naive, pages[side])),
        ("decode and normalise a 28×28 PNG", read(small, limits), DECODES, call(pillow, small)),
        (f"decode a {side}×{side} RGBA PNG", call(decode, canvas, limits), DECODES, call(pillow, canvas)),
        (f"decode and normalise a {side}×{side} RGBA PNG", read(canvas, limits), DECODES, call(pillow, canvas)),
        ("decode and normalise a 12-megapixel JPEG", read(photograph, limits), DECODES, call(pillow, photograph)),
        ("the same", read(photograph, limits), "Pillow decodes it reduced", call(pillow_reduced, photograph)),
    ]
    rows = []
    for name, ours, beside, theirs in pairs:
        took = in_turns({"ours": ours, "theirs": theirs}, options.pick(11, 2), options.pick(0.1, 0.005))
        mine, other = took["ours"].times(1e6), took["theirs"].times(1e6)
        more = Spread.of([mine.median - other.median])
        rows.append((name, str(mine), beside, str(other), ratio(mine.median, other.median), str(more)))
    return rows


def call(function: Callable, *arguments: object) -> Callable[[], object]:
    """A call that is ready."""
    return lambda: function(*arguments)


def read(data: bytes, limits: Limits) -> Callable[[], object]:
    """From a file to the image, as /predict does it."""
    return lambda: normalise(decode(data, limits))


def naive(picture: np.ndarray) -> np.ndarray:
    """What most demos do in place of normalising: squeeze the picture, uint8 (height, width), into 28×28."""
    return np.asarray(Image.fromarray(picture).resize((28, 28), Image.Resampling.BILINEAR))


def pillow(data: bytes) -> None:
    """Pillow's decoder alone."""
    Image.open(io.BytesIO(data)).load()


def pillow_reduced(data: bytes) -> None:
    """Pillow's JPEG decoder in its reduced-size mode, to the size that we ask for."""
    picture = Image.open(io.BytesIO(data))
    picture.draft("RGB", (512, 512))
    picture.load()
