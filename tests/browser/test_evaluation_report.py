"""The Test view: a report, its images, and its comparison with other reports."""

import base64
import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.axe import find_violations
from tests.browser.evaluation import (
    OpenTest,
    cell,
    choose_values,
    fetch,
    gallery_images,
    gallery_title,
    matrix_row,
    matrix_values,
    most_frequent_mistake,
    post,
    report_columns,
    report_row,
    save_feedback,
    summary_figure,
    url_state,
)
from tests.browser.page_checks import find_low_contrast, has_no_sideways_scroll
from tests.browser.service import Service
from tests.support import evaluation_uploads


def test_confidence_interval(open_test: OpenTest, mnist_report: dict) -> None:
    """The interval of the accuracy is Wilson's for the report's n."""
    p, n, z = mnist_report["accuracy"], 10_000, 1.96
    half = z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
    low, high = ((p + z**2 / (2 * n) + side) / (1 + z**2 / n) for side in (-half, half))
    page = open_test(f"?report={mnist_report['id']}")
    expect(page.get_by_test_id("report")).to_be_visible()
    interval = f"{low:.2%}".rstrip("%") + f"–{high:.2%}".replace("%", "\u00a0%")
    assert summary_figure(page, "95 % confidence interval") == interval


def test_cell_shows_its_images(scorer: Service, open_test: OpenTest, mnist_report: dict) -> None:
    """The images of a cell link to Inside and Draw with their exact pixels; the URL restores the cell."""
    i, j, n = most_frequent_mistake(mnist_report)
    page = open_test(f"?report={mnist_report['id']}")
    cell(page, i, j).click()
    expect(gallery_title(page, "cell-images")).to_contain_text(f"True {i}, predicted {j}: {n} ")
    images = gallery_images(page, "cell-images")
    expect(images).to_have_count(n)
    assert url_state(page)["cell"] == f"{i},{j}"
    stored = fetch(scorer, f"/reports/{mnist_report['id']}/images?true={i}&predicted={j}&order=most_confident")["images"]
    for item, image in zip(images.all(), stored, strict=True):
        expect(item).to_contain_text(f"read {j}, was {i}")
        for link, path in zip(item.get_by_role("link").all(), ("/inside", "/"), strict=True):
            address = urlsplit(link.get_attribute("href") or "")
            encoded = parse_qs(address.query)["image"][0]
            assert address.path == path
            assert list(base64.urlsafe_b64decode(encoded + "==")) == [value for row in image["image"] for value in row]
    page.reload()
    expect(images).to_have_count(n)
    expect(cell(page, i, j)).to_have_attribute("aria-pressed", "true")


def test_more_images_are_loaded(open_test: OpenTest, mnist_report: dict) -> None:
    """Images are loaded a page at a time; correct ones start with the least confident."""
    n = mnist_report["confusion_matrix"]["counts"][3][3]
    page = open_test(f"?report={mnist_report['id']}&cell=3,3")
    expect(gallery_title(page, "cell-images")).to_have_text(f"True 3, predicted 3: {n:,} images, least confident first")
    images = gallery_images(page, "cell-images")
    expect(images).to_have_count(18)
    page.get_by_test_id("cell-images").get_by_role("button", name="Show more").click()
    expect(images).to_have_count(36)
    expect(images.first).to_contain_text("✓ read 3")


def test_mistakes_are_in_the_order_of_the_report(open_test: OpenTest, mnist_report: dict) -> None:
    """The most confident mistakes come first."""
    page = open_test(f"?report={mnist_report['id']}")
    images = gallery_images(page, "mistakes")
    expect(images).to_have_count(min(18, len(mnist_report["mistakes"])))
    texts = images.locator("p").all_text_contents()
    assert [text.split(" not")[0].strip() for text in texts] == [
        f"✗ read {each['predicted']}, was {each['true']}" for each in mnist_report["mistakes"][:18]
    ]


def test_crops_are_compared(scorer: Service, open_test: OpenTest) -> None:
    """Three reports are shown side by side with their differences, and the URL restores them."""
    save_feedback(scorer)
    page = open_test("?data=feedback")
    page.get_by_role("button", name="Compare crops").click()
    expect(report_columns(page)).to_have_text(["digits, 1 crop", "digits, 4 crops", "digits, 25 crops"])
    state = url_state(page)
    first, *others = (fetch(scorer, f"/reports/{id}") for id in [state["report"], *state["compare"].split(",")])
    assert [len(report["crops"]) for report in (first, *others)] == [1, 4, 25]
    for column, report in enumerate((first, *others), 1):
        assert summary_figure(page, "Loss", column) == f"{report['loss']:.4f}"
    choose_values(page, "Change")
    assert url_state(page)["values"] == "change"
    matrices = [report["confusion_matrix"]["counts"] for report in (first, others[0])]
    for i, (row, other) in enumerate(zip(*matrices, strict=True)):
        assert matrix_row(page, i).all_text_contents() == [
            "·" if a == b else f"{'+' if b > a else '−'}{abs(b - a):,}" for a, b in zip(row, other, strict=True)
        ]
    expect(page.get_by_test_id("label-metrics").get_by_role("columnheader", name="F1 change")).to_be_visible()
    accuracy = page.get_by_test_id("chart-accuracy").get_by_role("img")
    expect(accuracy).to_have_attribute("aria-label", re.compile("digits, 25 crops"))
    page.reload()
    expect(report_columns(page)).to_have_count(3)
    expect(matrix_values(page, "Change")).to_be_checked()


def test_reports_are_opened_and_compared(scorer: Service, open_test: OpenTest, mnist_report: dict) -> None:
    """A listed report is opened without reloading the page and compared with another; the URL holds both."""
    other = post(scorer, "/evaluate?crops=4&name=again", {"data": "mnist"})
    page = open_test()
    newest = report_row(page, other["id"])
    page.evaluate("window.isSamePage = true")
    newest.get_by_role("link").click()
    expect(page.get_by_test_id("report-title")).to_have_text("digits, 4 crops, on again")
    expect(newest.get_by_role("link")).to_have_attribute("aria-current", "true")
    expect(newest.get_by_role("checkbox")).to_be_disabled()
    checkbox = report_row(page, mnist_report["id"]).get_by_role("checkbox")
    rows = page.get_by_test_id("reports").get_by_role("row")
    while not checkbox.count():
        count = rows.count()
        page.get_by_role("button", name="Older reports").click()
        expect(rows.nth(count)).to_be_visible()
    checkbox.check()
    expect(report_columns(page)).to_have_text(["digits, 4 crops", "digits, 1 crop"])
    assert (url_state(page)["report"], url_state(page)["compare"]) == (other["id"], mnist_report["id"])
    expect(page.get_by_test_id("different-datasets")).to_be_hidden()
    checkbox.uncheck()
    expect(report_columns(page)).to_have_count(1)
    assert "compare" not in url_state(page)
    assert page.evaluate("window.isSamePage")


def test_warning_about_different_datasets(scorer: Service, open_test: OpenTest, mnist_report: dict) -> None:
    """Reports on different datasets are compared with a warning."""
    other = post(scorer, "/evaluate", evaluation_uploads.as_json())
    page = open_test(f"?report={mnist_report['id']}&compare={other['id']}")
    expect(page.get_by_test_id("different-datasets")).to_be_visible()


def test_link_to_an_unknown_report(open_test: OpenTest) -> None:
    """The page shows an error."""
    page = open_test("?report=beef")
    page.monitor.allow_message("404")
    expect(page.get_by_test_id("evaluation-error")).to_have_attribute("data-code", "report_not_found")


def test_downloads(open_test: OpenTest, mnist_report: dict) -> None:
    """The report is downloaded as JSON, the matrix as CSV and PNG, normalized if the cells show percentages."""
    page = open_test(f"?report={mnist_report['id']}")
    files = {}
    for name in ("Report (JSON)", "Matrix (CSV)", "Matrix (PNG)"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        files[download.value.suggested_filename] = Path(download.value.path()).read_bytes()
    assert json.loads(files[f"{mnist_report['id']}.json"]) == mnist_report
    rows = list(csv.reader(io.StringIO(files[f"{mnist_report['id']}.csv"].decode())))
    assert [[int(value) for value in row[1:]] for row in rows[1:]] == mnist_report["confusion_matrix"]["counts"]
    assert files[f"{mnist_report['id']}.png"].startswith(b"\x89PNG")
    choose_values(page, "% of row")
    with page.expect_download() as download:
        page.get_by_role("link", name="Matrix (CSV)").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text())))
    assert sum(map(float, rows[1][1:])) == pytest.approx(1)


def test_percentages_of_rows_and_columns(open_test: OpenTest, mnist_report: dict) -> None:
    """The URL holds which percentages the cells show; those of a row or column add up to 100."""
    counts = np.array(mnist_report["confusion_matrix"]["counts"])
    for values, expected in (("true", counts / counts.sum(1, keepdims=True)), ("predicted", counts / counts.sum(0))):
        page = open_test(f"?report={mnist_report['id']}&values={values}")
        expect(matrix_row(page, 9)).to_have_count(10)
        for i, row in enumerate(expected):
            assert matrix_row(page, i).all_text_contents() == [f"{100 * value:.1f}" if value else "·" for value in row]


def test_matrix_by_keyboard(open_test: OpenTest, mnist_report: dict) -> None:
    """The matrix is one tab stop; arrow keys, Home and End move between cells, and Enter opens one."""
    page = open_test(f"?report={mnist_report['id']}")
    matrix = page.get_by_test_id("confusion-matrix")
    expect(matrix.locator("[tabindex='0']")).to_have_count(1)
    page.get_by_role("region", name="Confusion matrix").focus()
    page.keyboard.press("Tab")
    expect(cell(page, 0, 0)).to_be_focused()
    for key, (i, j) in {
        "ArrowDown": (1, 0),
        "ArrowRight": (1, 1),
        "End": (1, 9),
        "ArrowUp": (0, 9),
        "ArrowLeft": (0, 8),
        "Home": (0, 0),
    }.items():
        page.keyboard.press(key)
        expect(cell(page, i, j)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(cell(page, 0, 0)).to_be_focused()
    expect(cell(page, 0, 0)).to_have_accessible_name(re.compile("^true 0, predicted 0: "))
    page.keyboard.press("Enter")
    expect(gallery_title(page, "cell-images")).to_contain_text("True 0, predicted 0: ")


def test_phone(open_test: OpenTest, mnist_report: dict) -> None:
    """Only wide tables scroll sideways, and a cell opens at a touch."""
    i, j, n = most_frequent_mistake(mnist_report)
    page = open_test(f"?report={mnist_report['id']}", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    expect(gallery_images(page, "mistakes")).not_to_have_count(0)
    cell(page, i, j).tap()
    expect(gallery_images(page, "cell-images")).to_have_count(n)
    assert has_no_sideways_scroll(page)
    for button in matrix_row(page, 0).all():
        box = button.bounding_box()
        assert box["height"] >= 40
        assert box["width"] >= 24


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_and_contrast(open_test: OpenTest, mnist_report: dict, scheme: str) -> None:
    """A comparison with an open cell has no axe violations and enough contrast, on a desktop and a phone."""
    i, j, n = most_frequent_mistake(mnist_report)
    link = f"?report={mnist_report['id']}&compare={mnist_report['id']}&cell={i},{j}"
    page = open_test(link, color_scheme=scheme, reduced_motion="reduce")
    expect(gallery_images(page, "cell-images")).to_have_count(n)
    expect(gallery_images(page, "mistakes")).not_to_have_count(0)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert find_violations(page) == []
        assert find_low_contrast(page) == []


def test_map_of_the_images(scorer: Service, open_test: OpenTest, mnist_report: dict) -> None:
    """The map is loaded when it is opened; the keyboard and the mouse choose an image; the URL restores the open map."""
    page = open_test(f"?report={mnist_report['id']}")
    chart, value = page.get_by_test_id("embedding-map"), page.get_by_test_id("embedding-value")
    expect(page.get_by_test_id("report")).to_be_visible()
    expect(chart).to_be_hidden()
    page.get_by_text("Map of the images").click()
    expect(value).to_contain_text("2,000 images")
    assert url_state(page)["map"] == "1"
    chart.press("ArrowLeft")
    expect(value).to_have_text(re.compile(r"^Image \d+: \d, read "))
    chart.press("Enter")
    expect(gallery_images(page, "embedding-image")).to_have_count(1)
    title = value.text_content()
    expect(gallery_title(page, "embedding-image")).to_have_text(title)
    index = int(re.search(r"\d+", title)[0])
    shown = fetch(scorer, f"/reports/{mnist_report['id']}/images?index={index}")["images"][0]
    expect(gallery_images(page, "embedding-image")).to_contain_text(f"read {shown['predicted']}")
    assert find_violations(page) == []
    page.reload()
    expect(value).to_contain_text("2,000 images")


def test_calibration_shows_numbers_of_images(open_test: OpenTest, mnist_report: dict) -> None:
    """The value at the cursor has the number of images of its bin."""
    page = open_test(f"?report={mnist_report['id']}")
    chart = page.get_by_test_id("chart-calibration")
    chart.get_by_role("img").press("End")
    last = mnist_report["calibration"]["bins"][-1]
    expect(chart).to_contain_text(f"n = {last['n']:,}")
