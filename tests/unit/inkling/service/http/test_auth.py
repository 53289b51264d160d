"""Access control: which headers give access to which kind of view."""

from dataclasses import dataclass

import pytest

from inkling.errors import InklingError
from inkling.service.http.auth import ALL, CHANGES, Access, check_access

TOKEN = "secret"
RIGHT = f"Bearer {TOKEN}"
PAGE = "https://page.example"
HERE = "127.0.0.1:8000"


@dataclass(frozen=True)
class Settings:
    """Settings of a service on loopback."""

    token: str = TOKEN
    require_token: str = CHANGES
    allowed_host: tuple[str, ...] = ()
    cors_origin: tuple[str, ...] = ()
    is_loopback: bool = True


def refusal(
    kind: Access, settings: Settings, authorization: str | None = None, host: str = HERE, origin: str | None = None
) -> str | None:
    """The code of the error, None with access."""
    try:
        check_access(kind, settings, authorization, host, origin)
    except InklingError as error:
        return error.code
    return None


def test_loopback_needs_no_token() -> None:
    """Every kind is allowed, under every name of the loopback interface."""
    for host in (HERE, "localhost", "[::1]:8000", "127.0.0.2:80"):
        assert {refusal(kind, Settings(), host=host) for kind in Access} == {None}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[", "", "192.168.1.7"])
def test_other_names_of_a_loopback_service_are_refused(host: str) -> None:
    """DNS rebinding: a page's own name that resolves to 127.0.0.1. An empty Host comes from no browser."""
    expected = {kind: "forbidden" if host and kind is not Access.PUBLIC else None for kind in Access}
    assert {kind: refusal(kind, Settings(), host=host) for kind in Access} == expected
    assert refusal(Access.WRITE, Settings(), RIGHT, host) is None


def test_clients_of_a_proxy_are_not_local() -> None:
    """Under an allowed name anybody may come: changes and personal data need the token, whatever the Origin."""
    settings = Settings(allowed_host=("inkling.example",))
    for host in ("inkling.example", "inkling.example:443", "INKLING.example"):
        assert refusal(Access.READ, settings, host=host) is None
        for kind in (Access.PERSONAL, Access.WRITE):
            assert refusal(kind, settings, host=host) == "unauthorized"
            assert refusal(kind, settings, RIGHT, host) is None
    assert refusal(Access.READ, settings, host="other.example") == "forbidden"
    assert refusal(Access.WRITE, Settings(token="", allowed_host=("a.example",)), host="a.example") == "forbidden"


def test_only_changes_depend_on_the_origin() -> None:
    """CSRF: browsers send the Origin of another page with every POST."""
    assert refusal(Access.WRITE, Settings(), origin=PAGE) == "forbidden"
    assert refusal(Access.WRITE, Settings(), origin="") == "forbidden"
    assert refusal(Access.WRITE, Settings(), origin=f"http://{HERE}") is None
    assert refusal(Access.WRITE, Settings(cors_origin=(PAGE,)), origin=PAGE) is None
    assert refusal(Access.PERSONAL, Settings(), origin=PAGE) is None  # the browser withholds the response


@pytest.mark.parametrize("kind", [Access.PERSONAL, Access.WRITE])
def test_personal_data_and_changes_need_the_token_beyond_loopback(kind: Access) -> None:
    """Under any Host; without a configured token nobody has access."""
    settings = Settings(is_loopback=False)
    for authorization in (None, "", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer Ä"):
        assert refusal(kind, settings, authorization) == "unauthorized"
    assert refusal(kind, settings, RIGHT, "any.example") is None
    assert refusal(kind, settings, f"bearer  {TOKEN}") is None
    assert refusal(kind, Settings(token="", is_loopback=False), "Bearer ") == "forbidden"
    assert refusal(Access.READ, settings, host="any.example") is None


@pytest.mark.parametrize("is_loopback", [True, False])
def test_everything_but_health_and_the_page_may_require_the_token(is_loopback: bool) -> None:
    """require_token=all."""
    settings = Settings(require_token=ALL, is_loopback=is_loopback)
    assert {kind for kind in Access if refusal(kind, settings) is None} == {Access.PUBLIC}
    assert {kind for kind in Access if refusal(kind, settings, RIGHT) is None} == set(Access)
