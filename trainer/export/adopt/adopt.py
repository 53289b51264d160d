"""Adopt a classifier from elsewhere: wrap its graph, evaluate it on labeled images, write a model card into it."""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidInput, InvalidModel
from inkling.evaluation.metrics import wilson_interval
from inkling.imaging.normalization import IMAGE_SIDE, NORMALIZATION_VERSION
from inkling.models.confidence import SCORES
from inkling.models.model_card import CARD_KEY, CARD_VERSION, ModelCard
from inkling.models.predictor import Predictor
from inkling.models.runtime import open_session
from inkling.models.smoke_test import load_verified
from trainer.export.adopt.input_format import INKS, SCALES, InputFormat, InputOptions, read_input_format
from trainer.export.adopt.modernize import free_batch_axis, modernize
from trainer.export.adopt.output_format import choose_output, detect_output_kind
from trainer.export.adopt.wrapped_graph import PREFIX, RAW, wrap
from trainer.export.doc_strings import add_doc_strings
from trainer.export.measurement import measure
from trainer.export.model_file import write_model
from trainer.export.smoke_selection import select_smoke_example
from trainer.io.atomic import replace_file
from trainer.networks.inputs import FOUR_CROPS, FULL_IMAGE, InputCrops
from trainer.runs.rejection_threshold import SCORE, select_threshold

if TYPE_CHECKING:
    import onnx

PROBE_IMAGES = 1_000
"""Images on which other input formats are tried."""

BATCH_TOLERANCE = 1e-3
"""Largest difference of an output in a batch from that of the same image alone, relative to the largest output."""

LOCATION = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : (?:\S+\.(?:cc|h):\d+ .*?\(.*?\) )?")
"""Start of a message of onnxruntime: a code, and the file, line and function in its source."""

UNDETERMINED = {"threshold": 0.0, "how": "not determined: every prediction is accepted"}


@dataclass(frozen=True)
class Adoption:
    """An adopted model. report: {} if it was not evaluated."""

    path: Path
    source: InputFormat
    output_kind: str
    report: dict[str, Any]


def adopt(
    file: Path,
    path: Path,
    labels: Sequence[str],
    options: InputOptions,
    output: str | None = None,
    output_kind: str | None = None,
    data: Dataset | None = None,
) -> Adoption:
    """Write the model in `file` to `path`, an .onnx file, with a card and with the contract that the server needs.

    output: the name of the graph's output, needed if there are several. output_kind: one of `OUTPUTS`, or None to find out.
    data: labeled images for the report; without them nothing is verified but that the graph can be run.

    Raises InvalidInput for options that are missing or don't fit, or if the accuracy is at chance; InvalidModel for a graph
    that can't be served.
    """
    _check_paths(file, path)
    candidate = _Candidate.read(file, path.stem, labels, options, output)
    outputs = candidate.outputs()
    kind = output_kind or detect_output_kind(outputs)
    candidate = replace(candidate.with_batches(outputs), kind=kind)
    card = candidate.card()
    predictor = candidate.predictor()
    if data is not None:
        data = data.take(data.in_test) if data.in_test is not None and data.in_test.any() else data
        card["report"] = measure(predictor, data, None, path.stem)
        _check_accuracy(card["report"], data, candidate, options)
        card["known"] = _find_threshold(predictor, data)
        card["smoke"] = select_smoke_example(predictor, data).to_json()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda temporary: _write(candidate, card, temporary))
    except OSError as error:
        raise InvalidInput(f"Cannot write {path}: {error.strerror}.") from error
    return Adoption(path, candidate.source, kind, card["report"])


def _check_paths(file: Path, path: Path) -> None:
    if not file.is_file():
        raise InvalidInput(f"There is no file {file}.")
    if path.suffix != ".onnx":
        raise InvalidInput(f"The file name {path.name} doesn't end in .onnx.")
    if path.resolve() == file.resolve():
        raise InvalidInput(f"{path} is the model itself. Choose another file with --out.")


@dataclass(frozen=True)
class _Candidate:
    """A model and one way to read its input and output."""

    file: Path
    model: "onnx.ModelProto"
    name: str
    labels: Sequence[str]
    source: InputFormat
    output: str
    kind: str = RAW

    @classmethod
    def read(cls, file: Path, name: str, labels: Sequence[str], options: InputOptions, output: str | None) -> "_Candidate":
        import onnx

        try:
            model = onnx.load(str(file))
        except Exception as error:  # protobuf's, onnx's and the system's exceptions
            raise InvalidModel(f"{file.name} isn't an ONNX model, or its weights in other files are missing.") from error
        if not model.graph.node:
            raise InvalidModel(f"{file.name} isn't an ONNX model: it has no graph.")
        if any(entry.key == CARD_KEY for entry in model.metadata_props):
            raise InvalidInput(f"{file.name} has a model card already, so the server can serve it as it is.")
        model = modernize(model)
        return cls(file, model, name, labels, read_input_format(model, options), choose_output(model, output, len(labels)))

    @property
    def crops(self) -> InputCrops:
        """The four crops for a network of their size, otherwise the whole image, which the graph resizes if needed."""
        return FOUR_CROPS if [self.source.height, self.source.width, 1] == FOUR_CROPS.shape else FULL_IMAGE

    def wrapped(self) -> "onnx.ModelProto":
        return wrap(self.model, self.source, self.output, self.kind, self.crops.size, len(self.labels))

    def card(self) -> dict[str, Any]:
        """The card without what only an evaluation tells."""
        parameters = sum(math.prod(tensor.dims) for tensor in self.model.graph.initializer)
        layer = {"name": "model", "kind": "ONNX", "output_shape": [len(self.labels)], "parameters": parameters}
        return {
            "card": CARD_VERSION,
            "name": self.name,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "labels": list(self.labels),
            "image": {"height": IMAGE_SIDE, "width": IMAGE_SIDE, "normalization": NORMALIZATION_VERSION},
            "crop": self.crops.to_card(),
            "layers": [layer | {"multiply_adds": 0}],
            "training": {"adopted": self._provenance()},
            "report": {},
            "known": UNDETERMINED,
        }

    def _provenance(self) -> dict[str, Any]:
        producer = f"{self.model.producer_name} {self.model.producer_version}".strip()
        return {
            "file": self.file.name,
            "sha256": hashlib.sha256(self.file.read_bytes()).hexdigest(),
            "producer": producer,
            "input": self.source.describe(),
            "output": f"{self.output}, {self.kind}",
        }

    def predictor(self) -> Predictor:
        return Predictor.from_session(_open(self.wrapped()), ModelCard.parse(json.dumps(self.card())))

    def outputs(self) -> np.ndarray:
        """The graph's outputs for random crops, each alone, float32 (n, labels). Raises InvalidModel if it can't be run."""
        session = _open(replace(self, kind=RAW).wrapped())
        try:
            single = [session.run(["probabilities"], {"images": crop[None]})[0] for crop in self._crops()]
        except Exception as error:  # the runtime raises a dozen exception types, none of them public
            raise InvalidModel(f"The runtime can't run the graph: {_reason(error)}") from error
        if single[0].shape != (1, len(self.labels)):
            raise InvalidInput(
                f"The graph returns {single[0].size} numbers per image, but there are {len(self.labels)} labels."
            )
        if not np.isfinite(single).all():
            raise InvalidModel("The graph returns values that aren't numbers.")
        return np.concatenate(single)

    def with_batches(self, outputs: np.ndarray) -> "_Candidate":
        """Return the candidate with a graph that takes any batch size. outputs: those for single crops. Raises InvalidModel."""
        for model in (self.model, free_batch_axis(self.model)):
            candidate = replace(self, model=model)
            if candidate._computes(outputs):
                return candidate
        raise InvalidModel("The graph is fixed to one image at a time. Export it with a dynamic batch axis.")

    def _computes(self, outputs: np.ndarray) -> bool:
        """Whether the graph has these outputs for all crops at once."""
        try:
            session = _open(replace(self, kind=RAW).wrapped())
            together = session.run(["probabilities"], {"images": self._crops()})[0]
        except Exception:  # as above: a graph that is fixed to one image fails in one of its operations
            return False
        is_same_shape = together.shape == outputs.shape
        return is_same_shape and bool(np.abs(together - outputs).max() <= BATCH_TOLERANCE * max(1, np.abs(outputs).max()))

    def _crops(self) -> np.ndarray:
        return np.random.default_rng(0).integers(0, 256, (4, *self.crops.shape), np.uint8)


def _open(model: "onnx.ModelProto") -> Any:
    try:
        return open_session(model.SerializeToString())
    except Exception as error:  # the runtime raises a dozen exception types, none of them public
        raise InvalidModel(f"The runtime can't load the graph: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """What the runtime says, without its code and the place in its source."""
    return LOCATION.sub("", str(error).replace(PREFIX, "").splitlines()[0])[:300]


def _check_accuracy(report: dict[str, Any], data: Dataset, candidate: _Candidate, options: InputOptions) -> None:
    """Raises InvalidInput if the accuracy is at chance, or if the model clearly reads another input format better."""
    n, accuracy = len(data), report["accuracy"]
    low, high = wilson_interval(round(accuracy * n), n)
    chance = max(data.counts().values()) / n
    sample = data.take(np.linspace(0, n - 1, min(n, PROBE_IMAGES)).astype(int))
    found = [(_accuracy(other, sample), text) for other, text in _alternatives(candidate, options)]
    best, text = max(found, key=lambda each: each[0])  # the first one of equals
    better = wilson_interval(round(best * len(sample)), len(sample))[0] > max(high, chance)
    if not better and low > chance:
        return
    problem = f"The accuracy on {data.name} is {accuracy:.1%} (n = {n:,}), which " + (
        "is at chance." if low <= chance else "another input format improves."
    )
    if better:
        raise InvalidInput(f"{problem} With {text} it is {best:.1%}.")
    raise InvalidInput(f"{problem} Check the polarity (--ink), the scale, the layout, and the order of the labels.")


def _alternatives(candidate: _Candidate, options: InputOptions) -> Iterator[tuple[_Candidate, str]]:
    """The other polarity and scale, each with its options."""
    scales = sorted(SCALES, key=lambda scale: scale != options.scale) if "FLOAT" in candidate.source.element_type else [None]
    for scale in scales:
        for ink in INKS:
            source = read_input_format(candidate.model, replace(options, ink=ink, scale=scale or options.scale))
            if source != candidate.source:
                yield replace(candidate, source=source), f"--ink {ink}" + (f" --scale {scale}" if scale else "")


def _accuracy(candidate: _Candidate, data: Dataset) -> float:
    targets = data.with_labels(candidate.labels).targets
    return float((candidate.predictor().predict(data.images).probabilities.argmax(1) == targets).mean())


def _find_threshold(predictor: Predictor, data: Dataset) -> dict[str, Any]:
    scores = SCORES[SCORE](predictor.predict(data.images).probabilities)
    return {"score": SCORE} | select_threshold(scores, None, kind=f"images of {data.name}")


def _write(candidate: _Candidate, card: dict[str, Any], path: Path) -> None:
    model, text = candidate.wrapped(), json.dumps(card, allow_nan=False)
    add_doc_strings(model, ModelCard.parse(text))
    write_model(model, text, path)
    load_verified(path)
