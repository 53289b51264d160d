"""Lessons in the store: the same on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from typing import Any

import pytest

from inkling.service.store.database import open_database
from trainer.store import undo_log
from trainer.store.errors import DrawingNotFound, LessonNotFound
from trainer.store.lesson_drawings import LessonDrawing, LessonDrawingStore
from trainer.store.lessons import LessonStore


def new(number: int, **changes: Any) -> dict[str, Any]:
    """The lesson of a number."""
    lesson = {"id": f"{number:08x}", "name": "„Größe“", "created": "now", "changed": "now", "saved": None, "network": "cnn"}
    lesson |= {"labels": ["手", "X"], "learning_rate": 0.5, "seed": 2**31 - 1, "steps": 0, "revision": 0, "fit": None}
    return lesson | {"published": [], "weights": b"\0first"} | changes


def drawing(number: int, label: str = "X", strokes: list | None = None) -> LessonDrawing:
    """The drawing of a number."""
    return LessonDrawing(f"{number:032x}", label, 2, bytes(784), b"PNG", strokes, created="now")


@pytest.fixture
def stores(address: str) -> Iterator[tuple[LessonStore, LessonDrawingStore]]:
    """Empty ones."""
    engine = open_database(address)
    yield LessonStore(engine), LessonDrawingStore(engine)
    engine.dispose()


def test_a_lesson_comes_back_as_it_was(stores):
    """In any script; its drawings with their strokes, each once."""
    kept, drawings = stores
    lesson, shown = new(1), drawing(5, "手", [[[0, 0], [1.5, 2]], [[3, 4]]])
    kept.add(lesson)
    assert kept.get(lesson["id"]) == lesson
    kept.act(lesson, "train", {"steps": 3, "weights": b"second"}, shown)
    assert kept.get(lesson["id"]) == lesson | {"steps": 3, "weights": b"second", "revision": 1}
    assert list(drawings.all(lesson["id"])) == [shown]
    assert drawings.counts(lesson["id"]) == {"手": 1}
    ((told,), following) = drawings.page(lesson["id"], 10)
    assert (told["label"], told["points"], told["image"], following) == ("手", 3, bytes(784), None)
    kept.save(lesson["id"], saved="later", name="new")
    assert (kept.get(lesson["id"])["saved"], kept.get(lesson["id"])["name"]) == ("later", "new")


def test_a_hundred_acts_can_be_undone(stores):
    """Of more, the last; each brings the weights back that were before it, and the label that its drawing had had."""
    kept, drawings = stores
    kept.add(new(1))
    number = new(1)["id"]
    for step in range(undo_log.UNDOS + 5):
        kept.act(kept.get(number), "train", {"steps": step + 1, "weights": b"%d" % step}, drawing(0, "X手"[step % 2]))
    assert kept.undos(number) == undo_log.UNDOS
    for step in reversed(range(5, undo_log.UNDOS + 5)):
        assert kept.undo(kept.get(number), {}) == "train"
        assert (kept.get(number)["steps"], kept.get(number)["weights"]) == (step, b"%d" % (step - 1))
        assert drawings.counts(number) == {"X手"[(step - 1) % 2]: 1}
    assert kept.undo(kept.get(number), {}) is None


def test_lessons_do_not_touch_each_other(stores):
    """The same drawing in two of them is two; what is deleted of one stays of the other."""
    kept, drawings = stores
    one, other = new(1), new(2)
    for lesson in (one, other):
        kept.add(lesson)
        kept.act(lesson, "train", {"steps": 1}, drawing(7))
    assert drawings.lessons() == {one["id"], other["id"]}
    kept.remove(one["id"])
    assert drawings.lessons() == {other["id"]}
    assert kept.undos(other["id"]) == 1
    kept.forget(kept.get(other["id"]), {"steps": 0})
    assert (drawings.lessons(), kept.undos(other["id"]), kept.get(other["id"])["steps"]) == (set(), 0, 0)


def test_pages_follow_each_other(stores):
    """Newest first, each lesson once, none of them with its weights."""
    kept, _ = stores
    for number in range(5):
        kept.add(new(number))
    first, before = kept.page(2)
    second, before = kept.page(2, before)
    third, end = kept.page(2, before)
    assert [lesson["id"] for lesson in first + second + third] == [new(number)["id"] for number in (4, 3, 2, 1, 0)]
    assert end is None
    assert all("weights" not in lesson for lesson in first)
    assert len(kept.page(None)[0]) == kept.count() == 5


@pytest.mark.parametrize("number", ["none", "", "a\0b", "x" * 1000, "手"])
def test_what_is_not_kept_is_unknown(stores, number: str):
    """Whatever the text."""
    kept, drawings = stores
    kept.add(new(1))
    with pytest.raises(LessonNotFound, match="Expected"):
        kept.get(number)
    with pytest.raises(LessonNotFound, match="Expected before"):
        kept.page(5, number)
    with pytest.raises(DrawingNotFound, match="Expected before"):
        drawings.page(new(1)["id"], 5, number)
    with pytest.raises(DrawingNotFound, match="Expected"):
        kept.remove_drawing(new(1), number, {})
