"""accuracy: how often the model is right, on test images and on pictures of other kinds, next to a simpler way to read them."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table
from inkling.datasets.dataset import Dataset
from inkling.errors import EmptyPicture, InklingError
from inkling.evaluation.metrics import wilson_interval
from inkling.imaging.decoding import decode
from inkling.imaging.normalization import normalize
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.recognition.recognizer import recognize_numbers
from trainer.data.cache import data_folder
from trainer.data.held_out import load_unseen, load_unseen_outliers
from trainer.data.spec import TRAINER_LIMITS
from trainer.data.synthetic.drawing import Strokes
from trainer.data.synthetic.text_lines import LINE_LAYOUT, generate_line, is_dot
from trainer.evaluation.ocr.ground_truth import LAYOUTS, NumberDataset, compose, load_numbers
from trainer.evaluation.ocr.scorer import score_numbers

STROKES, LETTERS, NUMBERS = ("pendigits.jsonl.gz", "unipen.jsonl.gz"), "letters.jsonl.gz", "numbers.jsonl.gz"

SMALL_HEIGHTS, SMALL_PENS = (8, 20), (0.06, 0.16)
"""Ranges of the height of a low-resolution digit in pixels, and of its pen as a share of it; a pen has at least a pixel."""

WORD_LETTERS, WORDS = 5, 500
SEED = 5

Row = tuple[str, ...]


class TestData:
    """What a model was not trained on, from INKLING_DATA. Each dataset is loaded once; a missing file raises an error."""

    def __init__(self, predictor: Predictor):
        self.training = predictor.card.raw["training"]
        self.labels = predictor.card.labels
        self._loaded: dict[str, Dataset] = {}

    def unseen(self, name: str) -> Dataset:
        """The held-out part of a dataset: a name, or a file in INKLING_DATA."""
        if name not in self._loaded:
            spec = str(find_file(name)) if "." in name else name
            self._loaded[name] = load_unseen(spec, self.training)[0]
        return self._loaded[name]

    def characters(self) -> dict[str, Callable[[], tuple[np.ndarray, list[str]]]]:
        """Functions that return images, uint8 (n, 28, 28), and their labels, by description."""
        return {
            "MNIST, test images": lambda: images_and_labels(self.unseen("mnist")),
            "pendigits, held-out writers": lambda: images_and_labels(self.unseen(STROKES[0])),
            "UNIPEN, held-out writers": lambda: images_and_labels(self.unseen(STROKES[1])),
            "drawings, scans and photographs": read_pictures,
            "held-out drawings at a low resolution": lambda: draw_small([self.unseen(name) for name in STROKES]),
            "scikit-learn's digits, 8×8 pixels": lambda: images_and_labels(self.unseen("digits")),
        }

    def numbers(self) -> dict[str, Callable[[], NumberDataset]]:
        """Functions that return pictures of numbers, by the arguments of `trainer evaluate --numbers`."""
        real = {f"`{NUMBERS} --writers {half}`": partial(self._read_numbers, half) for half in ("odd", "even")}
        composed = {
            f"`{kind}:{name} --writers odd`": partial(self._compose, kind, name) for kind in LAYOUTS for name in STROKES
        }
        return real | composed

    def letters(self) -> Dataset:
        """Letters of held-out writers that don't look like digits."""
        return load_unseen_outliers([str(find_file(LETTERS))], self.unseen(STROKES[1]), self.labels, self.training)

    def _read_numbers(self, writers: str) -> NumberDataset:
        return load_numbers(str(find_file(NUMBERS)), writers, self.training)

    def _compose(self, kind: str, name: str) -> NumberDataset:
        return compose(kind, self.unseen(name), "odd", "held-out digits")


def measure(options: Options) -> Section:
    """Measure everything whose data are in INKLING_DATA; with --quick, parts of it."""
    predictor = Predictor(options.model)
    data, most = TestData(predictor), options.pick(10**9, 40)
    groups = {
        ("characters", "n", "four crops", "95 % interval", "one crop"): measure_characters(data, predictor, most),
        ("numbers", "n", "read correctly", "95 % interval", "character error", "without the line network"): measure_numbers(
            data, predictor, most
        ),
        ("other input", "n", "share"): measure_outliers(data, predictor, most),
    }
    return Section(
        "Accuracy",
        "Shares of pictures that are read correctly, of writers or images that the model was not trained on, next to a single "
        "crop, and to numbers read by segmentation alone.",
        [Table(columns, found) for columns, rows in groups.items() if (found := list(rows))],
        [
            f"Low resolution: {SMALL_HEIGHTS[0]} to {SMALL_HEIGHTS[1]} pixels high, aliased or smooth; a quarter each as "
            "they are, bilevel, enlarged, or blurred; a third in light ink.",
            f"Words: {WORD_LETTERS} letters of held-out writers, none like a digit; accepted if digits are read.",
        ],
        ("inkling", "numpy", "onnxruntime", "pillow"),
    )


def measure_characters(data: TestData, predictor: Predictor, most: int) -> Iterator[Row]:
    """A row for each set that is found."""
    names = np.array(predictor.card.labels)
    for description, load in data.characters().items():
        try:
            images, labels = load()
        except (InklingError, OSError):
            continue
        images, labels = images[:most], labels[:most]
        right = {crops: names[predictor.predict(images, crops).probabilities.argmax(1)] == labels for crops in ("4", "1")}
        interval = format_interval(int(right["4"].sum()), len(labels))
        yield description, f"{len(labels):,}", f"{right['4'].mean():.2%}", interval, f"{right['1'].mean():.2%}"


def measure_numbers(data: TestData, predictor: Predictor, most: int) -> Iterator[Row]:
    """A row for each set that is found: with and without the line network."""
    segmentation_only = Predictor.from_session(predictor.session, predictor.card)
    for description, load in data.numbers().items():
        try:
            numbers = load()
        except (InklingError, OSError):
            continue
        numbers = replace(numbers, pictures=numbers.pictures[:most])
        report, before = (score_numbers(each, numbers, TRAINER_LIMITS)[0] for each in (predictor, segmentation_only))
        exact = report["exact"]
        yield (
            description,
            f"{exact['n']:,}",
            f"{exact['share']:.2%}",
            format_interval(exact["count"], exact["n"]),
            f"{report['character_error']['share']:.2%}",
            f"{before['exact']['share']:.2%}",
        )


def measure_outliers(data: TestData, predictor: Predictor, most: int) -> Iterator[Row]:
    """Rows for letters, digits and words, if the letters are found."""
    try:
        digits, letters = data.unseen(STROKES[1]), data.letters()
    except (InklingError, OSError):
        return
    accepted, known = (
        predictor.card.is_known(predictor.predict(each.images[:most]).probabilities) for each in (letters, digits)
    )
    yield "letters by held-out writers, accepted", f"{len(accepted):,}", f"{accepted.mean():.2%}"
    yield "digits by held-out writers, rejected", f"{len(known):,}", f"{1 - known.mean():.2%}"
    drawings = [strokes for strokes in letters.strokes or () if strokes and not is_dot(strokes)]
    count = min(most, WORDS)
    words = sum(_is_number(predictor, drawings, index) for index in range(count))
    yield "words of letters by held-out writers, accepted", f"{count:,}", f"{words / count:.2%}"


def _is_number(predictor: Predictor, drawings: list[Strokes], index: int) -> bool:
    rng = np.random.default_rng([SEED, index])
    word = [drawings[each] for each in rng.integers(0, len(drawings), WORD_LETTERS)]
    try:
        recognize_numbers(predictor, generate_line(word, LINE_LAYOUT, rng).picture(), Limits())
    except EmptyPicture:
        return False
    return True


def images_and_labels(dataset: Dataset) -> tuple[np.ndarray, list[str]]:
    """The images, uint8 (n, 28, 28), and the label of each."""
    return dataset.images, [dataset.labels[target] for target in dataset.targets]


def read_pictures() -> tuple[np.ndarray, list[str]]:
    """The pictures of single digits that a file manifest.csv in INKLING_DATA lists, normalized."""
    manifest = find_file("manifest.csv")
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pictures = [decode((manifest.parent / row["file"]).read_bytes(), Limits()) for row in rows]
    return _normalize(pictures), [row["label"] for row in rows]


def draw_small(datasets: Sequence[Dataset]) -> tuple[np.ndarray, list[str]]:
    """All drawings of datasets, at a low resolution and normalized, in random order."""
    rng = np.random.default_rng(SEED)
    pictures, labels = [], list[str]()
    for dataset in datasets:
        pictures += [_draw_small(strokes or [], rng) for strokes in dataset.strokes or ()]
        labels += images_and_labels(dataset)[1]
    order = rng.permutation(len(labels))
    return _normalize([pictures[index] for index in order]), [labels[index] for index in order]


def _draw_small(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """Draw a digit with few pixels, and treat it as scanners and web pages do: uint8 (height, width)."""
    height, factor, margin = (
        int(rng.integers(SMALL_HEIGHTS[0], SMALL_HEIGHTS[1] + 1)),
        int(rng.choice([1, 8])),
        rng.integers(0, 4),
    )
    pen = max(1.0, height * rng.uniform(*SMALL_PENS))
    points = np.concatenate(strokes)
    scale = (height - pen) / max(float(np.ptp(points, axis=0).max()), 1e-6)
    width, height = np.maximum(1, np.ceil(np.ptp(points, axis=0) * scale + pen + 2 * margin)).astype(int).tolist()
    image = Image.new("L", (width * factor, height * factor), 255)
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        path = [tuple(point) for point in ((stroke - points.min(0)) * scale + pen / 2 + margin) * factor]
        draw.line(path * 2 if len(path) == 1 else path, fill=0, width=max(1, round(pen * factor)), joint="curve")
    image = image.resize((width, height), Image.Resampling.BOX)
    match rng.integers(4):
        case 1:
            image = image.point([255 * (level > 127) for level in range(256)])
        case 2:
            times = int(rng.integers(2, 7))
            image = image.resize((width * times, height * times), rng.choice([0, 2, 3]))  # nearest, bilinear, bicubic
        case 3:
            image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.0)))
    gray = np.asarray(image)
    return 255 - gray if rng.random() < 1 / 3 else gray


def _normalize(pictures: list[np.ndarray]) -> np.ndarray:
    """Normalize pictures: uint8 (n, 28, 28). Of an empty one, the image is blank and counts as a mistake, most likely."""
    images = np.zeros((len(pictures), 28, 28), np.uint8)
    for image, picture in zip(images, pictures, strict=True):
        try:
            image[:] = normalize(picture)
        except EmptyPicture:
            continue
    return images


def find_file(name: str) -> Path:
    """Find a file in INKLING_DATA or its subfolders. Raises FileNotFoundError."""
    folder = data_folder()
    for path in sorted(folder.rglob(name)) if folder else ():
        return path
    raise FileNotFoundError(name)


def format_interval(correct: int, n: int) -> str:
    low, high = wilson_interval(correct, n)
    return f"{low:.2%} to {high:.2%}"
