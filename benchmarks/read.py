"""read: the cost of reading whole numbers on one core, from the picture file to the text."""

from collections.abc import Callable

import numpy as np

from benchmarks.harness.cpu_affinity import first_core, run_in_process
from benchmarks.harness.onnx_baseline import session_run_call
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import canvas_png, number_png, numbers_photograph_jpeg
from benchmarks.harness.report_section import Section, Table, format_ratio
from benchmarks.harness.timing import time_pair
from benchmarks.predict import PILLOW_DECODER, call, pillow_decode
from inkling.errors import EmptyPicture
from inkling.imaging.decoding import decode, decode_picture
from inkling.imaging.normalization import normalize
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image
from inkling.recognition.recognizer import recognize_numbers
from inkling.recognition.result import READING_SIDE

LINES = ["4071", "7104", "1740"]
MILLISECONDS, BLOCK_SECONDS = 1e3, 0.2


def measure(options: Options) -> Section:
    """Time the recognition of numbers in a separate process on one core."""
    rows = run_in_process(time_numbers, options, cores=first_core())
    return Section(
        "Reading whole numbers",
        "Milliseconds on one core from a picture file to its text, next to the unavoidable work: Pillow's decoder, and "
        "`session.run` on as many digits.",
        [Table(("picture", "text", "Inkling, ms", "baseline", "baseline, ms", "ratio"), rows)],
        [
            f"Model: {options.model.stem}. Reading a number means decoding, foreground extraction, segmentation, scoring with "
            "four crops and the search for the best path."
        ],
        ("inkling", "numpy", "onnxruntime", "pillow"),
    )


def time_numbers(options: Options) -> list[tuple[str, ...]]:
    """One row per picture and baseline."""
    predictor, limits = Predictor(options.model), Limits()
    number, digit, page = number_png(), canvas_png(), numbers_photograph_jpeg(LINES)
    four_digits = session_run_call(predictor, np.repeat(smoke_image()[None], 4, 0), "4")
    cases = [
        ("4 digits, 600×200 RGBA PNG", number, PILLOW_DECODER, call(pillow_decode, number)),
        ("4 digits, 600×200 RGBA PNG", number, "`session.run` on 4 digits", four_digits),
        ("3 lines of 4 digits, 12-megapixel JPEG", page, PILLOW_DECODER, call(pillow_decode, page)),
        ("1 digit, 280×280 RGBA PNG", digit, "the steps of `/predict`", prediction(predictor, digit, limits)),
    ]
    rows = []
    for name, data, baseline_name, baseline_call in cases:
        own_call = recognition(predictor, data, limits)
        own, baseline = time_pair(own_call, baseline_call, options, MILLISECONDS, BLOCK_SECONDS)
        text = own_call().replace("\n", " / ") or "nothing"
        rows.append((name, text, str(own), baseline_name, str(baseline), format_ratio(own.median, baseline.median)))
    return rows


def recognition(predictor: Predictor, data: bytes, limits: Limits) -> Callable[[], str]:
    """From a file to the text that /read returns; "" if the model finds no digit."""

    def text() -> str:
        try:
            return recognize_numbers(predictor, decode_picture(data, limits, READING_SIDE).gray, limits).text
        except EmptyPicture:
            return ""

    return text


def prediction(predictor: Predictor, data: bytes, limits: Limits) -> Callable[[], object]:
    """From a file to the prediction, as in /predict."""
    return lambda: predictor.predict(normalize(decode(data, limits))[None])
