"""The view Test: a report and those beside it, where every figure leads to the images behind it."""

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
from tests.browser.evaluation import OpenTest, ask, cell, figure, post, state, worst
from tests.browser.page_checks import find_low_contrast
from tests.browser.service import Service
from tests.support import evaluation_uploads


def test_an_interval_holds_the_accuracy(open_test: OpenTest, mnist_report: dict) -> None:
    """Wilson's, of the report's own n."""
    p, n, z = mnist_report["accuracy"], 10_000, 1.96
    half = z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
    low, high = ((p + z**2 / (2 * n) + side) / (1 + z**2 / n) for side in (-half, half))
    page = open_test(f"?report={mnist_report['id']}")
    expect(page.locator("#result")).to_be_visible()
    assert figure(page, "95 % interval") == f"{low:.2%}".rstrip("%") + f"–{high:.2%}".replace("%", "\u00a0%")


def test_a_cell_shows_its_own_images(scorer: Service, open_test: OpenTest, mnist_report: dict) -> None:
    """Those that it counts, pixel by pixel as the server keeps them, each with a way on; a link brings it back."""
    i, j, n = worst(mnist_report)
    page = open_test(f"?report={mnist_report['id']}")
    cell(page, i, j).click()
    expect(page.locator("#cell h3")).to_have_text(f"{i} read as {j}: {n}, the surest first")
    expect(page.locator("#cell .images > li")).to_have_count(n)
    assert state(page)["cell"] == f"{i},{j}"
    kept = ask(scorer, f"/reports/{mnist_report['id']}/images?true={i}&predicted={j}&order=most_confident")["images"]
    for card, image in zip(page.locator("#cell .images > li").all(), kept, strict=True):
        expect(card).to_contain_text(f"{i} → {j}")
        for link, path in zip(card.locator("a").all(), ("/inside", "/"), strict=True):
            address = urlsplit(link.get_attribute("href") or "")
            packed = parse_qs(address.query)["image"][0]
            assert address.path == path
            assert list(base64.urlsafe_b64decode(packed + "==")) == [value for row in image["image"] for value in row]
    page.reload()
    expect(page.locator("#cell .images > li")).to_have_count(n)
    expect(cell(page, i, j)).to_have_attribute("aria-pressed", "true")


def test_more_images_come_on_demand(open_test: OpenTest, mnist_report: dict) -> None:
    """A page at a time, those of the diagonal with the least sure first."""
    n = mnist_report["confusion_matrix"]["counts"][3][3]
    page = open_test(f"?report={mnist_report['id']}&cell=3,3")
    expect(page.locator("#cell h3")).to_have_text(f"3 read as 3: {n:,}, the least sure first")
    expect(page.locator("#cell .images > li")).to_have_count(18)
    page.get_by_role("button", name=f"More of the {n:,}").click()
    expect(page.locator("#cell .images > li")).to_have_count(36)
    expect(page.locator("#cell .images > li").first).to_contain_text("✓ 3 → 3")


def test_the_worst_mistakes_come_first(open_test: OpenTest, mnist_report: dict) -> None:
    """In the report's order."""
    page = open_test(f"?report={mnist_report['id']}")
    expect(page.locator("#mistakes .images > li")).to_have_count(min(18, len(mnist_report["mistakes"])))
    shown = page.locator("#mistakes .images > li p").all_text_contents()
    assert [text.split(" not")[0].strip() for text in shown] == [
        f"✗ {each['true']} → {each['predicted']}" for each in mnist_report["mistakes"][:18]
    ]


def test_all_crops_stand_side_by_side(scorer: Service, open_test: OpenTest) -> None:
    """Three reports of one set, what changed from the first, and a link that brings them back."""
    page = open_test("?data=feedback") if ask(scorer, "/feedback")["n"] else open_test()
    page.get_by_role("button", name="1, 4 and all crops").click()
    head = page.locator("#figures thead th")
    expect(head).to_have_text(["digits, 1 crop", "digits, 4 crops", "digits, 25 crops"])
    first, *others = (ask(scorer, f"/reports/{id}") for id in [state(page)["report"], *state(page)["with"].split(",")])
    assert [len(each["crops"]) for each in (first, *others)] == [1, 4, 25]
    for column, each in enumerate((first, *others), 1):
        assert figure(page, "Loss", column) == f"{each['loss']:.4f}"
    page.get_by_label("Change", exact=True).check(force=True)
    assert state(page)["shares"] == "change"
    for i, (row, other) in enumerate(
        zip(first["confusion_matrix"]["counts"], others[0]["confusion_matrix"]["counts"], strict=True)
    ):
        assert page.locator(f"#matrix tbody tr:nth-child({i + 1}) button").all_text_contents() == [
            "·" if a == b else f"{'+' if b > a else '−'}{abs(b - a):,}" for a, b in zip(row, other, strict=True)
        ]
    expect(page.locator("#classes thead")).to_contain_text("Change of F1")
    expect(page.locator("#accuracies canvas")).to_have_attribute("aria-label", re.compile("digits, 25 crops"))
    page.reload()
    expect(head).to_have_count(3)
    expect(page.get_by_label("Change", exact=True)).to_be_checked()


def test_past_reports_are_picked(scorer: Service, open_test: OpenTest, mnist_report: dict) -> None:
    """One to look at, in place, and another beside it; both are in the address."""
    other = post(scorer, "/evaluate?crops=4&name=again", {"data": "mnist"})
    page = open_test()
    rows = page.locator("#past tbody tr")
    expect(rows.first).to_contain_text("again")
    page.evaluate("window.same = true")
    rows.first.get_by_role("link").click()
    expect(page.locator("#result-title")).to_have_text("digits, 4 crops, on again")
    expect(rows.first.get_by_role("link")).to_have_attribute("aria-current", "true")
    expect(rows.first.get_by_role("checkbox")).to_be_disabled()
    beside = page.locator(f"[id='{mnist_report['id']}']").get_by_role("checkbox")
    while not beside.count():
        n = rows.count()
        page.get_by_role("button", name="Older reports").click()
        expect(rows.nth(n)).to_be_visible()
    beside.check()
    expect(page.locator("#figures thead th")).to_have_text(["digits, 4 crops", "digits, 1 crop"])
    assert (state(page)["report"], state(page)["with"]) == (other["id"], mnist_report["id"])
    expect(page.locator("#apart")).to_be_hidden()
    beside.uncheck()
    expect(page.locator("#figures thead th")).to_have_count(1)
    assert "with" not in state(page)
    assert page.evaluate("window.same")


def test_reports_of_other_sets_are_said_to_be(scorer: Service, open_test: OpenTest, mnist_report: dict) -> None:
    """Beside each other, with a warning."""
    other = post(scorer, "/evaluate", evaluation_uploads.as_json())
    page = open_test(f"?report={mnist_report['id']}&with={other['id']}")
    expect(page.locator("#apart")).to_be_visible()


def test_a_report_that_is_gone_is_told(open_test: OpenTest) -> None:
    """By a link to one that is kept no longer."""
    page = open_test("?report=beef")
    page.monitor.allow_message("404")
    expect(page.locator("#trouble")).to_contain_text("Expected the ID of a report that is kept")


def test_everything_can_be_downloaded(open_test: OpenTest, mnist_report: dict) -> None:
    """The report as JSON, the matrix as CSV and PNG; shares where the cells show shares."""
    page = open_test(f"?report={mnist_report['id']}")
    taken = {}
    for name in ("Report, JSON", "Matrix, CSV", "Matrix, PNG"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        taken[download.value.suggested_filename] = Path(download.value.path()).read_bytes()
    assert json.loads(taken[f"{mnist_report['id']}.json"]) == mnist_report
    rows = list(csv.reader(io.StringIO(taken[f"{mnist_report['id']}.csv"].decode())))
    assert [[int(value) for value in row[1:]] for row in rows[1:]] == mnist_report["confusion_matrix"]["counts"]
    assert taken[f"{mnist_report['id']}.png"].startswith(b"\x89PNG")
    page.get_by_label("% of true").check(force=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Matrix, CSV").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text())))
    assert sum(map(float, rows[1][1:])) == pytest.approx(1)


def test_shares_are_of_rows_or_columns(open_test: OpenTest, mnist_report: dict) -> None:
    """A link says which; each adds up to a hundred."""
    counts = np.array(mnist_report["confusion_matrix"]["counts"])
    for shares, expected in (("true", counts / counts.sum(1, keepdims=True)), ("predicted", counts / counts.sum(0))):
        page = open_test(f"?report={mnist_report['id']}&shares={shares}")
        expect(page.locator("#matrix tbody tr")).to_have_count(10)
        for i, row in enumerate(expected):
            assert page.locator(f"#matrix tbody tr:nth-child({i + 1}) button").all_text_contents() == [
                f"{100 * value:.1f}" if value else "·" for value in row
            ]


def test_the_matrix_is_walked_by_keys(open_test: OpenTest, mnist_report: dict) -> None:
    """One stop of the Tab key; arrows, Home and End walk, and Enter opens."""
    page = open_test(f"?report={mnist_report['id']}")
    expect(page.locator("#matrix [tabindex='0']")).to_have_count(1)
    page.locator("#matrix").locator("xpath=..").focus()
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
    page.keyboard.press("Enter")
    expect(page.locator("#cell h3")).to_contain_text("0 read as 0")
    assert page.locator("#matrix button").first.get_attribute("aria-label").startswith("0 read as 0: ")


def test_a_phone_has_it_all(open_test: OpenTest, mnist_report: dict) -> None:
    """Nothing but the wide tables scrolls sideways, each in its own frame, and a cell opens at a touch."""
    i, j, n = worst(mnist_report)
    page = open_test(f"?report={mnist_report['id']}", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    expect(page.locator("#mistakes .images > li")).not_to_have_count(0)
    cell(page, i, j).tap()
    expect(page.locator("#cell .images > li")).to_have_count(n)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for button in page.locator("#matrix button").all()[:12]:
        box = button.bounding_box()
        assert box["height"] >= 40
        assert box["width"] >= 24


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_report(open_test: OpenTest, mnist_report: dict, scheme: str) -> None:
    """With two reports side by side, a cell open, and changes in the matrix; every text has contrast."""
    i, j, n = worst(mnist_report)
    link = f"?report={mnist_report['id']}&with={mnist_report['id']}&cell={i},{j}"
    page = open_test(link, color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator("#cell .images > li")).to_have_count(n)
    expect(page.locator("#mistakes .images > li")).not_to_have_count(0)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert find_violations(page) == []
        assert find_low_contrast(page) == []
