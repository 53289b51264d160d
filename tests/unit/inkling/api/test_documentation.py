"""docs/python-api.md: its examples run as written, and its table lists every error."""

import doctest
import re
from pathlib import Path

import pytest

from inkling import errors
from inkling.errors import InklingError, RequestFailed

PAGE = Path(__file__).parents[4] / "docs" / "python-api.md"
ERRORS = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, InklingError) and error is not InklingError
]


def test_examples(pictures: Path, server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example prints what the page says, with a server at another port."""
    monkeypatch.chdir(pictures)
    text = PAGE.read_text("utf-8").replace("http://127.0.0.1:8000", server_url)
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    output: list[str] = []
    result = doctest.DocTestRunner().run(examples, out=output.append)
    assert result.attempted > 20
    assert result.failed == 0, "".join(output)


def test_errors() -> None:
    """The table lists every error class with its code and status, and no other."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|", PAGE.read_text("utf-8").partition("in `inkling.errors`")[2], re.M)
    expected = {error.__name__: (f"`{error.code}`", str(error.status)) for error in ERRORS}
    expected[RequestFailed.__name__] = ("that of the response", "that of the response")
    assert {name: (code, status) for name, code, status in rows} == expected


def test_codes() -> None:
    """Codes are unique, in snake_case, and have a 4xx or 5xx status and a docstring."""
    codes = [error.code for error in ERRORS]
    assert len(set(codes)) == len(codes)
    for error in ERRORS:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", error.code)
        assert 400 <= error.status < 600
        assert error.__doc__
