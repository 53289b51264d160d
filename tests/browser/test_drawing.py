"""Modules that are independent of the page: the drawing, number formats, the URL state and the stroke codec."""

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def module_page(browser, service) -> Page:
    """A page in which modules are imported."""
    page = browser.new_page(base_url=service.address)
    page.goto("/")
    yield page
    page.close()


def test_history_is_undone_and_redone(module_page: Page) -> None:
    """After random changes, as many undos lead back to the empty drawing, and as many redos to the same drawing."""
    steps, start, end, again = module_page.evaluate(
        """async () => {
            const { DrawingModel } = await import("/static/js/shared/drawing-model.js");
            const drawing = new DrawingModel();
            const state = () => JSON.stringify([drawing.strokes, drawing.picture]);
            const history = [state()];
            let seed = 1;
            const random = (n) => (seed = (seed * 16807) % 2147483647) % n;
            for (let i = 0; i < 200; i++) {
                const before = state();
                [
                    () => { drawing.begin([random(1000), 5]); drawing.extend([random(1000), 500]); drawing.end(); },
                    () => { drawing.begin([1, 1]); drawing.cancel(); },
                    () => drawing.setPicture({ name: String(i) }),
                    () => drawing.clear(),
                ][random(4)]();
                if (state() !== before) history.push(state());
            }
            const end = state();
            let steps = 0;
            for (; drawing.canUndo; steps++) {
                if (state() !== history[history.length - 1 - steps]) throw new Error(`step ${steps}`);
                drawing.undo();
            }
            const start = state();
            for (let i = 0; i < steps; i++) drawing.redo();
            return [steps === history.length - 1, start, end, state()];
        }"""
    )
    assert steps
    assert start == "[[],null]"
    assert again == end


def test_close_positions_are_dropped(module_page: Page) -> None:
    """Positions are whole units within the canvas; those too close to the last are dropped, except the end."""
    strokes = module_page.evaluate(
        """async () => {
            const { DrawingModel } = await import("/static/js/shared/drawing-model.js");
            const drawing = new DrawingModel();
            drawing.begin([-5, 10.4]);
            for (let i = 0; i <= 100; i++) drawing.extend([i / 10, 10]);
            drawing.extend([2000, 2000]);
            drawing.end([2000, 996]);
            return drawing.strokes;
        }"""
    )
    assert strokes == [[[0, 10], [8, 10], [1000, 1000], [1000, 996]]]


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0, "0.0 %"), (0.0004, "0.0 %"), (0.5, "50.0 %"), (0.9994, "99.9 %"), (0.99999, "99.9 %"), (1, "99.9 %")],
)
def test_probability_format(module_page: Page, probability: float, text: str) -> None:
    """One decimal, and never 100 %."""
    script = "async (p) => (await import('/static/js/shared/format.js')).formatProbability(p)"
    formatted = module_page.evaluate(script, probability)
    assert formatted == text.replace(" ", "\u00a0")


@pytest.mark.parametrize("query", ["", "?crops=1", "?model=digits", "?model=a%26b&crops=all"])
def test_url_state_round_trip(module_page: Page, query: str) -> None:
    """Reading and writing a link returns the same link."""
    script = """async (query) => {
        const { CROPS, readState, writeState } = await import("/static/js/shared/url-state.js");
        const declared = { model: { default: null }, crops: CROPS };
        return writeState(declared, readState(declared, query).state);
    }"""
    assert module_page.evaluate(script, query) == query


STROKES = st.lists(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(list), min_size=1, max_size=30), min_size=1, max_size=5
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strokes=STROKES)
def test_strokes_round_trip(module_page: Page, strokes: list) -> None:
    """Strokes are the same after encoding and decoding; the text needs no escaping in a link."""
    script = """async (strokes) => {
        const { encodeStrokes, decodeStrokes } = await import("/static/js/shared/stroke-codec.js");
        const text = encodeStrokes(strokes);
        return [text, decodeStrokes(text)];
    }"""
    text, decoded = module_page.evaluate(script, strokes)
    assert re.fullmatch(r"[\w.-]+", text)
    assert decoded == strokes


def test_image_round_trip(module_page: Page) -> None:
    """28 rows of 28 values are the same after encoding and decoding; invalid texts return null."""
    rows = [[(7 * y + 11 * x) % 256 for x in range(28)] for y in range(28)]
    script = """async (rows) => {
        const { encodeImage, decodeImage, decodeStrokes } = await import("/static/js/shared/stroke-codec.js");
        const invalid = [decodeImage("AAAA"), decodeImage("%"), decodeStrokes("A B"), decodeStrokes("A")];
        return [decodeImage(encodeImage(rows)), ...invalid];
    }"""
    assert module_page.evaluate(script, rows) == [rows, None, None, None, None]
