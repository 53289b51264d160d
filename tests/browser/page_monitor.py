"""Watch: notes everything that a page must not do, and what it asks of the network."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request


class Watch:
    """What happened on a context's pages: console errors, uncaught errors, blocked content, requests."""

    def __init__(self, context: BrowserContext, address: str):
        self.homes = {"", urlsplit(address).netloc}
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.expected: list[str] = []
        context.on("page", self._follow)

    def expect(self, pattern: str) -> None:
        """Let pass complaints that a pattern is found in: a test that breaks something on purpose says what."""
        self.expected.append(pattern)

    def allow(self, address: str) -> None:
        """Let the page ask another service of ours, too."""
        self.homes.add(urlsplit(address).netloc)

    def check(self) -> None:
        """Nothing was complained of, and nothing asked of another host."""
        unexpected = [line for line in self.complaints if not any(re.search(pattern, line) for pattern in self.expected)]
        assert not unexpected, unexpected
        strangers = [url for url in self.requests if urlsplit(url).netloc not in self.homes]
        assert not strangers, strangers

    def _follow(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error.stack or error}"))
        page.on("request", self._note)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):  # violations of the Content-Security-Policy are errors of the console
            self.complaints.append(f"{message.type}: {message.text}")

    def _note(self, request: Request) -> None:
        self.requests.append(request.url)
