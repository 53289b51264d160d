"""The feedback store on SQLite and PostgreSQL."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from inkling.service.http.errors import FeedbackFull, FeedbackNotFound
from inkling.service.store.database import open_database
from inkling.service.store.feedback import FeedbackDrawing, FeedbackStore

STROKES = [[[0, 0], [1.5, 2]], [[3, 4]]]

WRITER = """
import sys
from inkling.service.store.database import open_database
from inkling.service.store.feedback import FeedbackStore
from tests.integration.server.test_feedback_store import drawing
engine = open_database(sys.argv[1])
print(sum(FeedbackStore(engine, 1000).add(drawing(number)) for number in range(20)))
engine.dispose()
"""


def drawing(number: int, **changes: object) -> FeedbackDrawing:
    """A drawing whose ID is a number."""
    default = FeedbackDrawing(
        id=f"{number:032x}",
        label="7",
        normalization=2,
        image=bytes(784),
        picture=b"PNG",
        strokes=STROKES,
        predicted="1",
        confidence=0.75,
        model="digits",
        sha256="0" * 64,
    )
    return replace(default, **changes)


@pytest.fixture
def feedback(address: str) -> Iterator[FeedbackStore]:
    """An empty store for five drawings."""
    engine = open_database(address)
    yield FeedbackStore(engine, 5)
    engine.dispose()


def test_round_trip(feedback: FeedbackStore):
    """With any script in labels."""
    stored = drawing(1, label="手", predicted="„Größe“")
    assert feedback.add(stored) is True
    assert list(feedback.iter_drawings()) == [stored]
    got = feedback.get(stored.id)
    assert (got["label"], got["predicted"], got["image"], got["strokes"], got["points"]) == (
        "手",
        "„Größe“",
        bytes(784),
        STROKES,
        3,
    )
    assert feedback.get_picture(stored.id) == b"PNG"
    (summary,), following = feedback.list_page(10)
    assert summary == {name: got[name] for name in summary}
    assert not {"image", "picture", "strokes"} & summary.keys()
    assert following is None


def test_equal_drawing_is_updated(feedback: FeedbackStore):
    """The label and the prediction; stored strokes remain."""
    assert feedback.add(drawing(1)) is True
    assert feedback.add(drawing(1, label="9", predicted=None, confidence=None, strokes=None)) is False
    (stored,) = feedback.iter_drawings()
    assert (stored.label, stored.predicted, stored.confidence, stored.strokes) == ("9", None, None, STROKES)


def test_strokes_are_added_later(feedback: FeedbackStore):
    """With the picture rendered from them."""
    feedback.add(drawing(1, strokes=None))
    assert feedback.get(drawing(1).id)["points"] == 0
    feedback.add(drawing(1, picture=b"drawn"))
    (stored,) = feedback.iter_drawings()
    assert (stored.strokes, stored.picture) == (STROKES, b"drawn")


def test_full_store(feedback: FeedbackStore):
    """New drawings are refused; stored ones can be updated."""
    for number in range(5):
        feedback.add(drawing(number))
    with pytest.raises(FeedbackFull):
        feedback.add(drawing(5))
    assert feedback.add(drawing(0, label="3")) is False
    feedback.delete(drawing(4).id)
    assert feedback.add(drawing(5)) is True
    assert feedback.count() == 5


def test_pages_are_stable(feedback: FeedbackStore):
    """Newest first, while newer drawings are added."""
    for number in range(4):
        feedback.add(drawing(number))
    first, following = feedback.list_page(2)
    feedback.add(drawing(9))
    second, end = feedback.list_page(10, following)
    assert [each["id"] for each in first + second] == [drawing(number).id for number in (3, 2, 1, 0)]
    assert end is None


def test_unknown_drawing(feedback: FeedbackStore):
    """In every method."""
    name = drawing(1).id
    for ask in (feedback.get, feedback.get_picture, feedback.delete, lambda before: feedback.list_page(5, before)):
        with pytest.raises(FeedbackNotFound):
            ask(name)


@pytest.mark.slow
def test_concurrent_processes(address: str):
    """Four add the same twenty drawings; each is new for one of them."""
    open_database(address).dispose()
    command = [sys.executable, "-c", WRITER, address]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sum(int(writer.communicate(timeout=60)[0]) for writer in writers) == 20
    engine = open_database(address)
    assert FeedbackStore(engine, 1000).count() == 20
    engine.dispose()
