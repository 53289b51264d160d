"""The view Test as tests use it: what the server says beside the page, and where on the page it stands."""

import json
import os
import signal
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import Locator, Page

from tests.browser.service import Service

OpenTest = Callable[..., Page]


def ask(service: Service, path: str) -> dict:
    """The server's answer."""
    with urllib.request.urlopen(service.address + path) as answer:
        return json.load(answer)


def post(service: Service, path: str, body: dict) -> dict:
    """The server's answer to JSON."""
    request = urllib.request.Request(service.address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def cell(page: Page, true: int, predicted: int) -> Locator:
    """A cell of the matrix."""
    return page.locator(f"#matrix tbody tr:nth-child({true + 1}) td:nth-child({predicted + 2}) button")


def state(page: Page) -> dict[str, str]:
    """What the address says."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def figure(page: Page, name: str, column: int = 1) -> str:
    """A figure of a report, without how it differs from another."""
    row = page.locator("#figures tbody tr").filter(has=page.locator("th", has_text=name)).first
    return row.locator("td").nth(column - 1).evaluate("(cell) => cell.firstChild.textContent")


def own_set(page: Page, *files: tuple[str, bytes]) -> None:
    """Choose files, and score them."""
    page.locator("#file").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    )
    page.get_by_role("button", name="Score").click()


def worst(report: dict) -> tuple[int, int, int]:
    """The mistake that is made most often: what is read as what, and how many times."""
    counts = np.array(report["confusion_matrix"]["counts"])
    np.fill_diagonal(counts, 0)
    i, j = np.unravel_index(counts.argmax(), counts.shape)
    return int(i), int(j), int(counts[i, j])


def kill(service: Service) -> None:
    """End a server at once, its workers, too."""
    pid = service.process.pid
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, workers)):
        os.kill(each, signal.SIGKILL)
    service.process.wait()
