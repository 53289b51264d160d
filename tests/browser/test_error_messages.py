"""The sentences that the page shows for error codes of the API."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
CODES = sorted(
    {
        code
        for package in ("inkling", "server", "trainer")
        for path in (ROOT / package).rglob("*.py")
        for code in re.findall(r'^    code = "(\w+)"', path.read_text("utf-8"), re.MULTILINE)
    }
    - {"invalid_settings", "request_failed", "server_unavailable", "client_gone"}  # reach no page
)

MESSAGES = """async (codes) => {
    const { errorMessage } = await import("/static/js/shared/error-messages.js");
    return codes.map((code) => errorMessage({ code, message: "for developers" }));
}"""


@pytest.fixture
def messages(open_page: Callable[..., Page]) -> dict[str, str]:
    """The page's sentence for each code, and for a code that doesn't exist."""
    codes = [*CODES, "no_such_code"]
    return dict(zip(codes, open_page().evaluate(MESSAGES, codes), strict=True))


def test_every_error_code_has_a_sentence(messages: dict[str, str]) -> None:
    """Every code in the packages has one of its own, never the API's message; unknown codes get a general one."""
    assert len(CODES) > 30
    general = messages.pop("no_such_code")
    assert [code for code, sentence in messages.items() if sentence == general] == []
    assert all(re.fullmatch(r"[A-Z].*\.", sentence) for sentence in [*messages.values(), general])
    assert "for developers" not in messages.values()
