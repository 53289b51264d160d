"""The tours in web/tours/ and in the folder of the setting `tours`."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest
from flask import Flask

WEB = Path(__file__).parents[4] / "web"
SCHEMA = json.loads((WEB / "tours" / "tour.schema.json").read_text("utf-8"))
TOURS = sorted(path for path in (WEB / "tours").glob("*.json") if not path.stem.endswith(".schema"))
DOCS = (WEB.parent / "docs" / "tours.md").read_text("utf-8")


def problems(tour: object) -> list[str]:
    """How a tour differs from the schema."""
    return [error.message for error in jsonschema_rs.validator_for(SCHEMA).iter_errors(tour)]


@pytest.mark.parametrize("path", TOURS, ids=lambda path: path.stem)
def test_tours_match_the_schema(path: Path):
    """Every tour is valid, and its name can be used in a link."""
    assert problems(json.loads(path.read_text("utf-8"))) == []
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", path.stem)


def test_the_first_tour_has_eight_to_ten_steps():
    """Each of them with something to do and a check."""
    steps = json.loads((WEB / "tours" / "first-steps.json").read_text("utf-8"))["steps"]
    assert 8 <= len(steps) <= 10
    assert all(step["task"] and step["done"] for step in steps)
    assert {step["view"] for step in steps} == {"draw", "inside", "teach", "train"}


def test_documentation_matches_the_schema():
    """Its example is valid; its table lists the fields of a step, and which of them are required."""
    (example,) = re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)
    assert problems(json.loads(example)) == []
    step = SCHEMA["$defs"]["step"]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (yes|no) \|", DOCS, re.MULTILINE)
    listed = {name: required == "yes" for names, required in rows for name in re.findall(r"`(\w+)`", names)}
    assert listed == {name: name in step["required"] for name in step["properties"]}


@pytest.mark.parametrize(
    "change",
    [
        {"view": "settings"},
        {"text": " "},
        {"anchor": None},
        {"side": "center"},
        {"needs": "internet"},
        {"parameters": {"crops": 1}},
        {"done": [{}]},
        {"done": [{"selector": "#label", "parameter": "ink"}]},
        {"done": [{"pointed_at": "#label", "pattern": "7"}]},
        {"color": "red"},
    ],
    ids=str,
)
def test_schema_rejects_mistakes(change: dict):
    """Unknown values and fields, and empty texts."""
    step = {"view": "draw", "title": "A", "text": "B", "task": "C", "anchor": "main"}
    assert problems({"title": "T", "steps": [step]}) == []
    assert problems({"title": "T", "steps": [step | change]})


def test_tours_of_a_folder(make_app: Callable[..., Flask], tmp_path: Path):
    """A folder adds and replaces tours; nothing else of it is served, and nothing outside of it."""
    folder = tmp_path / "tours"
    folder.mkdir()
    for path in (folder / "mine.json", folder / "notes.txt", folder / "tour.schema.json", tmp_path / "secret.json"):
        path.write_text("{}")
    client = make_app(tours=str(folder)).test_client()
    assert client.get("/static/tours/mine.json").json == {}
    assert client.get("/static/tours/first-steps.json").json["title"] == "First steps"
    assert client.get("/static/tours/tour.schema.json").json == SCHEMA
    (folder / "first-steps.json").write_text('{"title": "Ours"}')
    assert client.get("/static/tours/first-steps.json").json == {"title": "Ours"}
    for name in ("notes.txt", "other.json", "../secret.json", "%2e%2e/secret.json", "..%2Fsecret.json"):
        assert client.get(f"/static/tours/{name}").status_code == 404
