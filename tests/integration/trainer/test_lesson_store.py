"""The lesson store on SQLite and PostgreSQL."""

from collections.abc import Iterator
from typing import Any

import pytest

from inkling.service.store.database import open_database
from trainer.store import undo_log
from trainer.store.errors import DrawingNotFound, LessonNotFound
from trainer.store.lesson_drawings import LessonDrawing, LessonDrawingStore
from trainer.store.lessons import LessonStore


def make_lesson(lesson_id: int, **changes: Any) -> dict[str, Any]:
    """A lesson whose ID is derived from a number."""
    lesson = {"id": f"{lesson_id:08x}", "name": "„Größe“", "created": "now", "updated": "now", "saved": None, "network": "cnn"}
    lesson |= {"labels": ["手", "X"], "learning_rate": 0.5, "seed": 2**31 - 1, "steps": 0, "revision": 0, "fit": None}
    return lesson | {"published": [], "weights": b"\0first"} | changes


def make_drawing(lesson_id: int, label: str = "X", strokes: list | None = None) -> LessonDrawing:
    """A drawing whose ID is derived from a number."""
    return LessonDrawing(f"{lesson_id:032x}", label, 2, bytes(784), b"PNG", strokes, created="now")


@pytest.fixture
def stores(address: str) -> Iterator[tuple[LessonStore, LessonDrawingStore]]:
    """Empty stores."""
    engine = open_database(address)
    yield LessonStore(engine), LessonDrawingStore(engine)
    engine.dispose()


def test_lessons_and_drawings_round_trip(stores):
    """In any script, with strokes."""
    store, drawings = stores
    lesson, drawing = make_lesson(1), make_drawing(5, "手", [[[0, 0], [1.5, 2]], [[3, 4]]])
    store.add(lesson)
    assert store.get(lesson["id"]) == lesson
    store.apply(lesson, "train", {"steps": 3, "weights": b"second"}, drawing)
    assert store.get(lesson["id"]) == lesson | {"steps": 3, "weights": b"second", "revision": 1}
    assert list(drawings.iter_drawings(lesson["id"])) == [drawing]
    assert drawings.count_by_label(lesson["id"]) == {"手": 1}
    ((listed,), following) = drawings.list_page(lesson["id"], 10)
    assert (listed["label"], listed["points"], listed["image"], following) == ("手", 3, bytes(784), None)
    store.save(lesson["id"], saved="later", name="new")
    assert (store.get(lesson["id"])["saved"], store.get(lesson["id"])["name"]) == ("later", "new")


def test_a_hundred_actions_can_be_undone(stores):
    """Older ones are dropped. Undo restores weights and the drawing's previous label."""
    store, drawings = stores
    store.add(make_lesson(1))
    lesson_id = make_lesson(1)["id"]
    for step in range(undo_log.MAX_ACTIONS + 5):
        store.apply(
            store.get(lesson_id), "train", {"steps": step + 1, "weights": b"%d" % step}, make_drawing(0, "X手"[step % 2])
        )
    assert store.count_undos(lesson_id) == undo_log.MAX_ACTIONS
    for step in reversed(range(5, undo_log.MAX_ACTIONS + 5)):
        assert store.undo(store.get(lesson_id), {}) == "train"
        assert (store.get(lesson_id)["steps"], store.get(lesson_id)["weights"]) == (step, b"%d" % (step - 1))
        assert drawings.count_by_label(lesson_id) == {"X手"[(step - 1) % 2]: 1}
    assert store.undo(store.get(lesson_id), {}) is None


def test_lessons_are_independent(stores):
    """The same drawing can be in two of them."""
    store, drawings = stores
    one, other = make_lesson(1), make_lesson(2)
    for lesson in (one, other):
        store.add(lesson)
        store.apply(lesson, "train", {"steps": 1}, make_drawing(7))
    assert drawings.lessons_with_drawings() == {one["id"], other["id"]}
    store.remove(one["id"])
    assert drawings.lessons_with_drawings() == {other["id"]}
    assert store.count_undos(other["id"]) == 1
    store.start_over(store.get(other["id"]), {"steps": 0})
    assert (drawings.lessons_with_drawings(), store.count_undos(other["id"]), store.get(other["id"])["steps"]) == (set(), 0, 0)


def test_pagination(stores):
    """Newest first, each lesson once, without weights."""
    store, _ = stores
    for lesson_id in range(5):
        store.add(make_lesson(lesson_id))
    first, before = store.list_page(2)
    second, before = store.list_page(2, before)
    third, end = store.list_page(2, before)
    assert [lesson["id"] for lesson in first + second + third] == [
        make_lesson(lesson_id)["id"] for lesson_id in (4, 3, 2, 1, 0)
    ]
    assert end is None
    assert all("weights" not in lesson for lesson in first)
    assert len(store.list_page(None)[0]) == store.count() == 5


@pytest.mark.parametrize("lesson_id", ["none", "", "a\0b", "x" * 1000, "手"])
def test_unknown_ids(stores, lesson_id: str):
    """Any text as an ID."""
    store, drawings = stores
    store.add(make_lesson(1))
    with pytest.raises(LessonNotFound):
        store.get(lesson_id)
    with pytest.raises(LessonNotFound):
        store.list_page(5, lesson_id)
    with pytest.raises(DrawingNotFound):
        drawings.list_page(make_lesson(1)["id"], 5, lesson_id)
    with pytest.raises(DrawingNotFound):
        store.remove_drawing(make_lesson(1), lesson_id, {})
