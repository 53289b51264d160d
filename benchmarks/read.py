"""read: what whole numbers cost on one core, from the picture file to their digits."""

from collections.abc import Callable

import numpy as np

from benchmarks.harness.cpu_affinity import alone, available
from benchmarks.harness.onnx_baseline import bare_call
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import canvas_png, number_png, photographed_numbers_jpeg
from benchmarks.harness.report_section import Section, Table, ratio
from benchmarks.harness.timing import in_turns
from benchmarks.predict import DECODES, call, pillow
from server.inference.errors import EmptyPicture
from server.inference.limits import Limits
from server.inference.normalise import normalise
from server.inference.pictures import decode, decode_sent
from server.inference.predictor import Predictor
from server.inference.reading.read import read
from server.inference.reading.reading import SIDE
from server.inference.smoke import smoke_image

LINES = ["4071", "7104", "1740"]


def measure(options: Options) -> Section:
    """Time the reading of numbers in a process of its own on one core."""
    rows = alone(time_numbers, options, cores=set(available()[:1]) or None)
    return Section(
        "What whole numbers cost",
        "Milliseconds on one core from a file to what is read in it, beside what anybody must spend on it: Pillow's decoder, "
        "and the bare `session.run` of as many answers as there are digits.",
        [Table(("picture", "read as", "ours, ms", "beside", "that, ms", "ours / that"), rows)],
        [f"The model is {options.model.stem}. A number is decoded, its ink found, cut, scored by four crops and read."],
        ("inkling", "numpy", "onnxruntime", "pillow"),
    )


def time_numbers(options: Options) -> list[tuple[str, ...]]:
    """A row for each picture and what it is beside."""
    predictor, limits = Predictor(options.model), Limits()
    number, one, page = number_png(), canvas_png(), photographed_numbers_jpeg(LINES)
    image = smoke_image()

    def bare(digits: int) -> Callable[[], object]:
        return bare_call(predictor, np.repeat(image[None], digits, 0), "4")

    named = [
        ("four digits, 600×200 RGBA PNG", number, DECODES, call(pillow, number)),
        ("the same", number, "`session.run` of four digits", bare(4)),
        ("three lines of four, 12-megapixel JPEG", page, DECODES, call(pillow, page)),
        ("one digit, 280×280 RGBA PNG", one, "as /predict answers it", predicted(predictor, one, limits)),
    ]
    rows = []
    for name, data, beside, theirs in named:
        ours = reader(predictor, data, limits)
        took = in_turns({"ours": ours, "theirs": theirs}, options.pick(11, 2), options.pick(0.2, 0.005))
        mine, other = took["ours"].times(1e3), took["theirs"].times(1e3)
        text = " / ".join(ours().split("\n")) or "nothing"
        rows.append((name, text, str(mine), beside, str(other), ratio(mine.median, other.median)))
    return rows


def reader(predictor: Predictor, data: bytes, limits: Limits) -> Callable[[], str]:
    """From a file to the text that /read gives, empty where the model finds none."""

    def text() -> str:
        try:
            return read(predictor, decode_sent(data, limits, SIDE).levels, limits).text
        except EmptyPicture:
            return ""

    return text


def predicted(predictor: Predictor, data: bytes, limits: Limits) -> Callable[[], object]:
    """From a file to the answer, as /predict does it."""
    return lambda: predictor.predict(normalise(decode(data, limits))[None])
