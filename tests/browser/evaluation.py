"""Requests to a server besides its page, and locators of the Test view."""

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
from tests.support import evaluation_uploads
from tests.support.pictures import encode_picture, to_base64

OpenTest = Callable[..., Page]


def fetch(service: Service, path: str) -> dict:
    """The JSON of a GET request."""
    with urllib.request.urlopen(service.address + path) as response:
        return json.load(response)


def post(service: Service, path: str, body: dict) -> dict:
    """The JSON of a POST request with a JSON body."""
    request = urllib.request.Request(service.address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def save_feedback(service: Service) -> int:
    """Save labeled drawings, which are a small dataset. Returns how many are saved now."""
    for image, label in zip(evaluation_uploads.images(), evaluation_uploads.LABELS, strict=True):
        post(service, "/feedback", {"image": to_base64(encode_picture(image)), "label": label})
    count: int = fetch(service, "/feedback")["n"]
    return count


def url_state(page: Page) -> dict[str, str]:
    """The parameters of the page's URL."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def evaluate(page: Page) -> None:
    """Start an evaluation."""
    page.get_by_role("button", name="Evaluate", exact=True).click()


def upload_and_evaluate(page: Page, *files: tuple[str, bytes]) -> None:
    """Choose files, given as (name, content), and evaluate them."""
    page.get_by_test_id("dataset-file").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    )
    evaluate(page)


def choose_crops(page: Page, name: str) -> None:
    """Choose the crops of the next evaluation: "1", "4" or "all"."""
    page.get_by_role("group", name="Crops").get_by_role("radio", name=name, exact=True).check(force=True)


def choose_values(page: Page, name: str) -> None:
    """Choose what the cells of the confusion matrix show: "Counts", "% of row", "% of column" or "Change"."""
    matrix_values(page, name).check(force=True)


def matrix_values(page: Page, name: str) -> Locator:
    """A radio button for the values in the cells."""
    return page.get_by_role("group", name="Values in the cells").get_by_role("radio", name=name)


def cell(page: Page, true: int, predicted: int) -> Locator:
    """A cell of the confusion matrix."""
    return matrix_row(page, true).nth(predicted)


def matrix_row(page: Page, true: int) -> Locator:
    """The cells of a row of the confusion matrix."""
    return page.get_by_test_id("confusion-matrix").get_by_role("row").nth(true + 1).get_by_role("button")


def summary_figure(page: Page, name: str, column: int = 1) -> str:
    """A figure of a report in the summary, without the difference to another report."""
    row = page.get_by_test_id("summary").get_by_role("row").filter(has=page.get_by_role("rowheader", name=name)).first
    return row.get_by_role("cell").nth(column - 1).evaluate("(cell) => cell.firstChild.textContent")


def report_columns(page: Page) -> Locator:
    """The headings of the reports in the summary."""
    return page.get_by_test_id("summary").get_by_role("columnheader")


def report_row(page: Page, report_id: str) -> Locator:
    """A report in the list."""
    return page.locator(f"[data-report='{report_id}']")


def gallery_images(page: Page, gallery: str) -> Locator:
    """The images of a gallery: "cell-images" or "mistakes"."""
    return page.get_by_test_id(gallery).locator(".images > li")


def gallery_title(page: Page, gallery: str) -> Locator:
    """The title of a gallery."""
    return page.get_by_test_id(gallery).get_by_role("heading")


def most_frequent_mistake(report: dict) -> tuple[int, int, int]:
    """The indexes of the true and the predicted label of the most frequent mistake, and its count."""
    counts = np.array(report["confusion_matrix"]["counts"])
    np.fill_diagonal(counts, 0)
    i, j = np.unravel_index(counts.argmax(), counts.shape)
    return int(i), int(j), int(counts[i, j])


def kill(service: Service) -> None:
    """Kill a server and its workers."""
    pid = service.process.pid
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, workers)):
        os.kill(each, signal.SIGKILL)
    service.process.wait()
