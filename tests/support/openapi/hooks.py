"""Hooks of schemathesis: real pictures, and values that depend on each other, which a schema cannot describe.

`SCHEMATHESIS_HOOKS` names this module. Invalid requests stay as they are generated.
"""

import json
import string
from collections.abc import Callable
from itertools import count
from typing import Any

import schemathesis
from hypothesis import strategies as st

from tests.support.evaluation_uploads import archive, csv, npz
from tests.support.pictures import draw_seven, encode_picture, to_base64

FILES = {f"image/{name.lower()}": encode_picture(draw_seven(), name) for name in ("PNG", "JPEG", "WEBP")}
DATASETS = (archive(), npz(), csv())
LETTERS = string.ascii_letters + string.digits + "äß中 ."
TENSORS = {"images": [1, 28, 28], "crops": [1, 24, 24, 1]}
FIT_EVERY = 50
"""One of so many valid jobs names a dataset that exists: a fit takes seconds of a processor core."""

WITH_MODEL = ("predict", "read", "explain", "evaluate")
EXISTING = {"model": "digits", "version": "current"}
LESSON_LABELS = ["1", "2"]
VALIDATION_IMAGES = 50
"""The validation set of a fit on `digits` has more."""

schemathesis.openapi.format("picture", st.sampled_from([to_base64(data) for data in FILES.values()]))
schemathesis.openapi.format("printable", st.text(LETTERS, min_size=1, max_size=20).filter(lambda text: text.strip()))
schemathesis.openapi.format("labels", st.sampled_from(["", "zero,one", "a, b ,c"]))
schemathesis.openapi.format("layers", st.sampled_from(["5x5x16/2v 3x3x48/2", "3x3x4 pool", "1x1x1"]))

turns = count(1)


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:  # noqa: ARG001
    """Make the parts of a valid request fit each other."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.media_type in (*FILES, "application/octet-stream"):
        case.body = FILES.get(case.media_type, FILES["image/png"])
    elif isinstance(case.body, dict):
        _fill(case.body, is_form=case.media_type == "multipart/form-data")
    operation_id = case.operation.definition.raw["operationId"]
    if operation_id in WITH_MODEL and case.query:
        case.query = case.query | {name: value for name, value in EXISTING.items() if name in case.query}
    if case.path.startswith(("/models/", "/v2/models/")) and next(turns) % 2:
        case.path_parameters = case.path_parameters | {"name": EXISTING["model"]}
    adapt = ADAPTERS.get(operation_id)
    if adapt:
        adapt(case)
    case._record_starting_state()  # else schemathesis takes every body with bytes for an invalid one


def _fill(body: dict[str, Any], is_form: bool) -> None:
    """Pictures where the body has bytes or pixels."""
    for name in ("pixels", "images"):
        if isinstance(body.get(name), list):
            body[name] = _rectangle(body[name])
    if is_form and "image" in body:
        body["image"] = [FILES["image/png"]] * len(body["image"]) if isinstance(body["image"], list) else FILES["image/png"]


def _rectangle(pixels: list[Any]) -> list[Any]:
    """Rows of equal length with some value above 1."""
    if all(isinstance(row, list) and not isinstance(row[0], list) for row in pixels):
        return [[200, *pixels[0][1:]] for _ in pixels]
    return [_rectangle(each) if isinstance(each, list) else each for each in pixels]


def _label(case: schemathesis.Case, label: str) -> None:
    """A label, in the query only: a field may be in the query or in the body, not in both."""
    case.query = (case.query or {}) | {"label": label}
    if isinstance(case.body, dict):
        case.body = {name: value for name, value in case.body.items() if name not in case.query}


def _feedback(case: schemathesis.Case) -> None:
    """What another model predicted, or nothing of it."""
    _label(case, "7")
    for values in (case.query, case.body):
        if isinstance(values, dict) and "predicted" not in values:
            values.pop("model", None)
            values.pop("sha256", None)


def _train(case: schemathesis.Case) -> None:
    _label(case, LESSON_LABELS[0])
    case.query.pop("repeats", None)
    if isinstance(case.body, dict) and "repeats" in case.body:
        case.body["repeats"] = min(int(case.body["repeats"]), 5)


def _lesson(case: schemathesis.Case) -> None:
    if isinstance(case.body, dict):
        case.body = {name: value for name, value in case.body.items() if name != "size"} | {"labels": LESSON_LABELS}


def _fit(case: schemathesis.Case) -> None:
    """Often a missing dataset, sometimes a short fit."""
    if isinstance(case.body, dict):
        case.body = {name: value for name, value in case.body.items() if name != "teachers"} | {"outliers": ["none"]}
        if next(turns) % FIT_EVERY == 1:
            case.body |= {"recipe": "tfjs", "network": "tfjs", "data": ["digits"], "epochs": 1, "batch_size": 64}
            case.body |= {
                "augmentation": "none",
                "device": "cpu",
                "precision": "float32",
                "stroke_variants": 1,
                "validation_split": 0.1,
            }
        else:
            case.body |= {"data": ["missing"]}


def _plan(case: schemathesis.Case) -> None:
    if isinstance(case.body, dict):
        case.body |= {"data": ["digits"], "teachers": [], "outliers": []}


def _lesson_fit(case: schemathesis.Case) -> None:
    if isinstance(case.body, dict):
        case.body = {name: value for name, value in case.body.items() if name not in ("outliers", "teachers")}
        case.body |= {"epochs": 1, "device": "cpu", "batch_size": 64}


def _samples(case: schemathesis.Case) -> None:
    if case.query:
        case.query = {name: "1" if name in ("label", "page") else value for name, value in case.query.items()}


def _inspection(case: schemathesis.Case) -> None:
    query = {name: value for name, value in (case.query or {}).items() if name not in ("layer", "array")}
    case.query = query | {name: int(query[name]) % VALIDATION_IMAGES for name in ("sample", "begin") if name in query}


def _publish(case: schemathesis.Case) -> None:
    """A canary needs a current version."""
    if isinstance(case.body, dict):
        case.body = {name: value for name, value in case.body.items() if name != "canary"}


def _events(case: schemathesis.Case) -> None:
    if "Last-Event-ID" in (case.headers or {}):
        case.headers["Last-Event-ID"] = "0"


def _first_page(case: schemathesis.Case) -> None:
    """Only what the previous page returned continues a list of images."""
    case.query = {name: value for name, value in (case.query or {}).items() if name not in ("before", "true", "predicted")}


def _crop(case: schemathesis.Case) -> None:
    if "crop" in (case.query or {}):
        case.query["crop"] = "2,2"


def _boxes(case: schemathesis.Case) -> None:
    """A picture with boxes is returned for one picture only."""
    is_form = case.media_type == "multipart/form-data"
    if is_form or (isinstance(case.body, dict) and not {"image", "strokes"} & case.body.keys()):
        case.query = {name: value for name, value in (case.query or {}).items() if name != "show"}


def _dataset(case: schemathesis.Case) -> None:
    if case.media_type == "multipart/form-data":
        case.body = {"data": DATASETS[next(turns) % len(DATASETS)]}
    elif isinstance(case.body, dict):
        images = case.body.get("images")
        case.body = {"images": images, "labels": ["7"] * len(images)} if images else {"data": "feedback"}


def _traffic(case: schemathesis.Case) -> None:
    """The only version is the current one, which takes no share."""
    if isinstance(case.body, dict):
        case.body = {"shares": {}}


def _tensors(case: schemathesis.Case) -> None:
    """Consistent shapes, and either JSON alone or JSON with binary data behind it."""
    headers = {name: value for name, value in (case.headers or {}).items() if "content-length" not in name.lower()}
    if isinstance(case.body, dict):
        for tensor in case.body["inputs"]:
            tensor |= {"shape": TENSORS[tensor["name"]], "data": [0] * (24 * 24 if tensor["name"] == "crops" else 28 * 28)}
            tensor.pop("parameters", None)
        if "outputs" in case.body:
            case.body["outputs"] = list({output["name"]: output for output in case.body["outputs"]}.values())
    else:
        values = bytes(28 * 28)
        tensor = {"name": "images", "datatype": "UINT8", "shape": [1, 28, 28], "parameters": {"binary_data_size": len(values)}}
        head = json.dumps({"inputs": [tensor]}).encode()
        case.body = head + values
        headers["Inference-Header-Content-Length"] = str(len(head))
    case.headers = type(case.headers)(headers) if case.headers is not None else headers


ADAPTERS: dict[str, Callable[[schemathesis.Case], None]] = {
    "add_feedback": _feedback,
    "create_lesson": _lesson,
    "evaluate": _dataset,
    "explain": _crop,
    "fit_lesson": _lesson_fit,
    "list_predictions": _inspection,
    "list_report_images": _first_page,
    "list_samples": _samples,
    "plan_network": _plan,
    "plan_split": _plan,
    "publish_job": _publish,
    "read": _boxes,
    "set_traffic": _traffic,
    "stream_events": _events,
    "submit_job": _fit,
    "take_snapshot": _inspection,
    "train_lesson": _train,
    "v2_infer": _tensors,
    "v2_infer_version": _tensors,
}
"""Operation ID -> what makes its requests consistent."""
