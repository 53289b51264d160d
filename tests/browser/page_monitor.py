"""Page monitor: records console messages, uncaught errors and requests of pages, and fails a test on unexpected ones."""

import re
import time
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

IDLE_SECONDS = 0.08
"""Without a request for this long, a page is idle: it delays requests by at most 25 ms."""


class PageMonitor:
    """The console errors and warnings, uncaught errors and requests of a context's pages."""

    def __init__(self, context: BrowserContext, address: str):
        self.hosts = {"", urlsplit(address).netloc}
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.pending: set[Request] = set()
        self.last_activity = time.monotonic()
        self.allowed: list[str] = []
        context.on("page", self._follow)

    def allow_message(self, pattern: str) -> None:
        """Accept messages that match a pattern, in a test that causes an error on purpose."""
        self.allowed.append(pattern)

    def allow_host(self, address: str) -> None:
        """Accept requests to another service."""
        self.hosts.add(urlsplit(address).netloc)

    def is_idle(self) -> bool:
        """Whether no request is pending, and none was a moment ago."""
        return not self.pending and time.monotonic() - self.last_activity > IDLE_SECONDS

    def check(self) -> None:
        """Fail on an unexpected message or a request to another host."""
        unexpected = [line for line in self.messages if not any(re.search(pattern, line) for pattern in self.allowed)]
        assert not unexpected, unexpected
        foreign = [url for url in self.requests if urlsplit(url).netloc not in self.hosts]
        assert not foreign, foreign

    def _follow(self, page: Page) -> None:
        page.on("console", self._record_message)
        page.on("pageerror", lambda error: self.messages.append(f"uncaught: {error.stack or error}"))
        page.on("request", self._record_request)
        page.on("requestfinished", self._finish)
        page.on("requestfailed", self._finish)

    def _record_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):  # violations of the Content-Security-Policy are console errors
            self.messages.append(f"{message.type}: {message.text}")

    def _record_request(self, request: Request) -> None:
        self.requests.append(request.url)
        self.pending.add(request)
        self.last_activity = time.monotonic()

    def _finish(self, request: Request) -> None:
        self.pending.discard(request)
        self.last_activity = time.monotonic()
