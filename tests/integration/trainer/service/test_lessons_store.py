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
    lesson = {"id": f"{number:08x}", "name": "„Größe“", "created": "now", "updated": "now", "saved": None, "network": "cnn"}
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
    store, drawings = stores
    lesson, shown = new(1), drawing(5, "手", [[[0, 0], [1.5, 2]], [[3, 4]]])
    store.add(lesson)
    assert store.get(lesson["id"]) == lesson
    store.apply(lesson, "train", {"steps": 3, "weights": b"second"}, shown)
    assert store.get(lesson["id"]) == lesson | {"steps": 3, "weights": b"second", "revision": 1}
    assert list(drawings.iter_drawings(lesson["id"])) == [shown]
    assert drawings.count_by_label(lesson["id"]) == {"手": 1}
    ((told,), following) = drawings.list_page(lesson["id"], 10)
    assert (told["label"], told["points"], told["image"], following) == ("手", 3, bytes(784), None)
    store.save(lesson["id"], saved="later", name="new")
    assert (store.get(lesson["id"])["saved"], store.get(lesson["id"])["name"]) == ("later", "new")


def test_a_hundred_acts_can_be_undone(stores):
    """Of more, the last; each brings the weights back that were before it, and the label that its drawing had had."""
    store, drawings = stores
    store.add(new(1))
    number = new(1)["id"]
    for step in range(undo_log.MAX_ACTIONS + 5):
        store.apply(store.get(number), "train", {"steps": step + 1, "weights": b"%d" % step}, drawing(0, "X手"[step % 2]))
    assert store.count_undos(number) == undo_log.MAX_ACTIONS
    for step in reversed(range(5, undo_log.MAX_ACTIONS + 5)):
        assert store.undo(store.get(number), {}) == "train"
        assert (store.get(number)["steps"], store.get(number)["weights"]) == (step, b"%d" % (step - 1))
        assert drawings.count_by_label(number) == {"X手"[(step - 1) % 2]: 1}
    assert store.undo(store.get(number), {}) is None


def test_lessons_do_not_touch_each_other(stores):
    """The same drawing in two of them is two; what is deleted of one stays of the other."""
    store, drawings = stores
    one, other = new(1), new(2)
    for lesson in (one, other):
        store.add(lesson)
        store.apply(lesson, "train", {"steps": 1}, drawing(7))
    assert drawings.lessons() == {one["id"], other["id"]}
    store.remove(one["id"])
    assert drawings.lessons() == {other["id"]}
    assert store.count_undos(other["id"]) == 1
    store.start_over(store.get(other["id"]), {"steps": 0})
    assert (drawings.lessons(), store.count_undos(other["id"]), store.get(other["id"])["steps"]) == (set(), 0, 0)


def test_pages_follow_each_other(stores):
    """Newest first, each lesson once, none of them with its weights."""
    store, _ = stores
    for number in range(5):
        store.add(new(number))
    first, before = store.list_page(2)
    second, before = store.list_page(2, before)
    third, end = store.list_page(2, before)
    assert [lesson["id"] for lesson in first + second + third] == [new(number)["id"] for number in (4, 3, 2, 1, 0)]
    assert end is None
    assert all("weights" not in lesson for lesson in first)
    assert len(store.list_page(None)[0]) == store.count() == 5


@pytest.mark.parametrize("number", ["none", "", "a\0b", "x" * 1000, "手"])
def test_what_is_not_kept_is_unknown(stores, number: str):
    """Whatever the text."""
    store, drawings = stores
    store.add(new(1))
    with pytest.raises(LessonNotFound, match="Expected"):
        store.get(number)
    with pytest.raises(LessonNotFound, match="Expected before"):
        store.list_page(5, number)
    with pytest.raises(DrawingNotFound, match="Expected before"):
        drawings.list_page(new(1)["id"], 5, number)
    with pytest.raises(DrawingNotFound, match="Expected"):
        store.remove_drawing(new(1), number, {})
