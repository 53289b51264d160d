"""The view Test: sets are scored, and every figure leads to the images behind it."""

import base64
import csv
import io
import json
import os
import re
import signal
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.server import labelled
from tests.server.drawings import base64_of, encoded
from tests.server.inference.labelled.writers import npz
from tests.web.axe import complaints
from tests.web.service import Service
from tests.web.test_layout import CONTRAST

OpenTest = Callable[..., Page]


@pytest.fixture(scope="module")
def scorer(models: Path, mnist_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that has MNIST, and a store of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKLING_DATA", str(mnist_folder.parent))
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        with Service(models, tmp_path_factory.mktemp("scorer")) as service:
            yield service


@pytest.fixture(scope="module")
def report(scorer: Service) -> dict:
    """MNIST's test part, scored with one crop by the project's own model."""
    return post(scorer, "/evaluate?crops=1", {"data": "mnist"})


@pytest.fixture
def open_test(scorer: Service, new_context: Callable) -> OpenTest:
    """Open the view with a query and options of the context; it knows what is here."""

    def open_test(query: str = "", **options) -> Page:
        context, watch = new_context(scorer.address, **options)
        page = context.new_page()
        page.watch = watch
        page.goto(f"/test{query}")
        expect(page.locator("#sets input")).not_to_have_count(0)
        return page

    return open_test


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


def test_mnist_is_scored(scorer: Service, open_test: OpenTest) -> None:
    """One press, told while it runs, ends with the report that the server keeps, figure by figure."""
    page = open_test("?crops=1")
    expect(page.get_by_role("radio", name="mnist")).to_be_checked()
    expect(page.get_by_text("10,000 images, the test part")).to_be_visible()
    told = page.evaluate_handle(
        "() => { const heard = []; new MutationObserver(() => heard.push(document.getElementById('told').textContent))"
        ".observe(document.getElementById('told'), { childList: true }); return heard; }"
    )
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#result-title")).to_have_text("digits, 1 crop, on mnist")
    assert any("of 10,000 images" in line for line in told.json_value())
    expect(page.locator("#running")).to_be_hidden()
    kept = ask(scorer, "/reports/latest")
    assert state(page)["report"] == kept["id"]
    assert figure(page, "Accuracy") == f"{kept['accuracy']:.2%}".replace("%", "\u00a0%")
    assert figure(page, "Images, n") == "10,000"
    assert figure(page, "Mistakes") == str(len(kept["mistakes"]))
    assert figure(page, "Loss") == f"{kept['loss']:.4f}"
    expect(page.locator("#classes tbody tr")).to_have_count(10)
    expect(page.locator("#classes tbody tr").first).to_contain_text(f"{kept['classes'][0]['recall']:.2%}".rstrip("%"))
    for i, row in enumerate(kept["confusion_matrix"]["counts"]):
        assert page.locator(f"#matrix tbody tr:nth-child({i + 1}) button").all_text_contents() == [
            f"{n:,}" if n else "·" for n in row
        ]
    for name in ("accuracies", "losses", "calibration"):
        expect(page.locator(f"#{name} canvas")).to_be_visible()
    expect(page.locator("#accuracies canvas")).to_have_attribute("aria-label", re.compile("^Accuracy"))


def test_an_interval_holds_the_accuracy(open_test: OpenTest, report: dict) -> None:
    """Wilson's, of the report's own n."""
    p, n, z = report["accuracy"], 10_000, 1.96
    half = z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
    low, high = ((p + z**2 / (2 * n) + side) / (1 + z**2 / n) for side in (-half, half))
    page = open_test(f"?report={report['id']}")
    expect(page.locator("#result")).to_be_visible()
    assert figure(page, "95 % interval") == f"{low:.2%}".rstrip("%") + f"–{high:.2%}".replace("%", "\u00a0%")


def test_a_cell_shows_its_own_images(scorer: Service, open_test: OpenTest, report: dict) -> None:
    """Those that it counts, pixel by pixel as the server keeps them, each with a way on; a link brings it back."""
    i, j, n = worst(report)
    page = open_test(f"?report={report['id']}")
    cell(page, i, j).click()
    expect(page.locator("#cell h3")).to_have_text(f"{i} read as {j}: {n}, the surest first")
    expect(page.locator("#cell .images > li")).to_have_count(n)
    assert state(page)["cell"] == f"{i},{j}"
    kept = ask(scorer, f"/reports/{report['id']}/images?true={i}&predicted={j}&order=surest")["images"]
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


def test_more_images_come_on_demand(open_test: OpenTest, report: dict) -> None:
    """A page at a time, those of the diagonal with the least sure first."""
    n = report["confusion_matrix"]["counts"][3][3]
    page = open_test(f"?report={report['id']}&cell=3,3")
    expect(page.locator("#cell h3")).to_have_text(f"3 read as 3: {n:,}, the least sure first")
    expect(page.locator("#cell .images > li")).to_have_count(18)
    page.get_by_role("button", name=f"More of the {n:,}").click()
    expect(page.locator("#cell .images > li")).to_have_count(36)
    expect(page.locator("#cell .images > li").first).to_contain_text("✓ 3 → 3")


def test_the_worst_mistakes_come_first(open_test: OpenTest, report: dict) -> None:
    """In the report's order."""
    page = open_test(f"?report={report['id']}")
    expect(page.locator("#mistakes .images > li")).to_have_count(min(18, len(report["mistakes"])))
    shown = page.locator("#mistakes .images > li p").all_text_contents()
    assert [text.split(" not")[0].strip() for text in shown] == [
        f"✗ {each['true']} → {each['predicted']}" for each in report["mistakes"][:18]
    ]


def test_a_file_is_scored(open_test: OpenTest) -> None:
    """An .npz that is chosen; the form says that it is the set."""
    page = open_test()
    own_set(page, ("five.npz", npz(x=labelled.images(), y=np.array(labelled.LABELS, np.uint8))))
    expect(page.locator("#own")).to_be_checked()
    expect(page.locator("#result-title")).to_have_text("digits, 4 crops, on five.npz")
    assert figure(page, "Images, n") == "5"


def test_two_idx_files_are_scored(open_test: OpenTest) -> None:
    """Told apart by their names."""
    page = open_test()
    pair = {field: stream.getvalue() for field, (stream, _) in labelled.idx_pair().items()}
    own_set(page, ("t10k-labels-idx1-ubyte", pair["labels"]), ("t10k-images-idx3-ubyte", pair["images"]))
    expect(page.locator("#result-title")).to_contain_text("t10k-images-idx3-ubyte")
    assert figure(page, "Images, n") == "5"


def test_a_dropped_file_is_scored(open_test: OpenTest) -> None:
    """Let go over the form."""
    page = open_test()
    page.evaluate(
        """(text) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], "five.csv"));
            for (const type of ["dragover", "drop"])
                setup.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        labelled.csv().decode(),
    )
    expect(page.locator("#own")).to_be_checked()
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#result-title")).to_have_text("digits, 4 crops, on five.csv")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        (
            "x.csv",
            b"label," + b",".join(b"p%d" % n for n in range(784)) + b"\nX," + b",".join([b"0", b"255"] * 392),
            "Received X",
        ),
        ("x.zip", b"nothing of the kind", "Expected"),
    ],
)
def test_a_set_that_does_not_fit_is_refused_in_words(open_test: OpenTest, name: str, data: bytes, sentence: str) -> None:
    """Beside the form, and another one can be scored at once."""
    page = open_test()
    page.watch.expect("422")
    own_set(page, (name, data))
    expect(page.locator("#trouble")).to_contain_text(sentence)
    expect(page.locator("#result")).to_be_hidden()
    own_set(page, ("five.csv", labelled.csv()))
    expect(page.locator("#result")).to_be_visible()
    expect(page.locator("#trouble")).to_be_hidden()


def test_without_a_file_none_is_sent(open_test: OpenTest) -> None:
    """And the form says what it lacks."""
    page = open_test()
    page.locator("#own").check()
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#trouble")).to_contain_text("Received none")


def test_a_busy_server_says_so(open_test: OpenTest) -> None:
    """Its own sentence is shown, and nothing is taken for gone."""
    page = open_test()
    page.watch.expect("503")
    body = json.dumps({"error": {"code": "busy", "message": "Expected a moment without other evaluations."}})
    page.route("**/evaluate?*", lambda route: route.fulfill(status=503, content_type="application/json", body=body))
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#trouble")).to_have_text("Expected a moment without other evaluations.")
    expect(page.locator("#gone")).to_be_hidden()


def test_feedback_is_scored(scorer: Service, open_test: OpenTest) -> None:
    """Once somebody has given a drawing with its label."""
    for image, label in zip(labelled.images(), labelled.LABELS, strict=True):
        post(scorer, "/feedback", {"image": base64_of(encoded(image)), "label": label})
    kept = ask(scorer, "/feedback")["n"]
    page = open_test("?data=feedback")
    expect(page.get_by_role("radio", name="feedback")).to_be_checked()
    expect(page.get_by_text(f"{kept} drawings that people labelled")).to_be_visible()
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#result-title")).to_have_text("digits, 4 crops, on feedback")
    assert figure(page, "Images, n") == str(kept)


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


def test_what_one_model_cannot_is_told_beside_what_the_other_could(open_test: OpenTest) -> None:
    """Letters are no digits: the report of the model that knows the labels is shown."""
    page = open_test("?crops=1")
    page.watch.expect("422")
    page.get_by_role("button", name="Every model").click()
    expect(page.locator("#result-title")).to_have_text("digits, 1 crop, on mnist")
    expect(page.locator("#trouble")).to_contain_text("Expected only the labels A, B")


def test_past_reports_are_picked(scorer: Service, open_test: OpenTest, report: dict) -> None:
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
    beside = page.locator(f"[id='{report['id']}']").get_by_role("checkbox")
    while not beside.count():
        n = rows.count()
        page.get_by_role("button", name="Older reports").click()
        expect(rows.nth(n)).to_be_visible()
    beside.check()
    expect(page.locator("#figures thead th")).to_have_text(["digits, 4 crops", "digits, 1 crop"])
    assert (state(page)["report"], state(page)["with"]) == (other["id"], report["id"])
    expect(page.locator("#apart")).to_be_hidden()
    beside.uncheck()
    expect(page.locator("#figures thead th")).to_have_count(1)
    assert "with" not in state(page)
    assert page.evaluate("window.same")


def test_reports_of_other_sets_are_said_to_be(scorer: Service, open_test: OpenTest, report: dict) -> None:
    """Beside each other, with a warning."""
    other = post(scorer, "/evaluate", labelled.as_json())
    page = open_test(f"?report={report['id']}&with={other['id']}")
    expect(page.locator("#apart")).to_be_visible()


def test_a_report_that_is_gone_is_told(open_test: OpenTest) -> None:
    """By a link to one that is kept no longer."""
    page = open_test("?report=beef")
    page.watch.expect("404")
    expect(page.locator("#trouble")).to_contain_text("Expected the ID of a report that is kept")


def test_everything_can_be_downloaded(open_test: OpenTest, report: dict) -> None:
    """The report as JSON, the matrix as CSV and PNG; shares where the cells show shares."""
    page = open_test(f"?report={report['id']}")
    taken = {}
    for name in ("Report, JSON", "Matrix, CSV", "Matrix, PNG"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        taken[download.value.suggested_filename] = Path(download.value.path()).read_bytes()
    assert json.loads(taken[f"{report['id']}.json"]) == report
    rows = list(csv.reader(io.StringIO(taken[f"{report['id']}.csv"].decode())))
    assert [[int(value) for value in row[1:]] for row in rows[1:]] == report["confusion_matrix"]["counts"]
    assert taken[f"{report['id']}.png"].startswith(b"\x89PNG")
    page.get_by_label("% of true").check(force=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Matrix, CSV").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text())))
    assert sum(map(float, rows[1][1:])) == pytest.approx(1)


def test_shares_are_of_rows_or_columns(open_test: OpenTest, report: dict) -> None:
    """A link says which; each adds up to a hundred."""
    counts = np.array(report["confusion_matrix"]["counts"])
    for shares, expected in (("true", counts / counts.sum(1, keepdims=True)), ("predicted", counts / counts.sum(0))):
        page = open_test(f"?report={report['id']}&shares={shares}")
        expect(page.locator("#matrix tbody tr")).to_have_count(10)
        for i, row in enumerate(expected):
            assert page.locator(f"#matrix tbody tr:nth-child({i + 1}) button").all_text_contents() == [
                f"{100 * value:.1f}" if value else "·" for value in row
            ]


def test_the_matrix_is_walked_by_keys(open_test: OpenTest, report: dict) -> None:
    """One stop of the Tab key; arrows, Home and End walk, and Enter opens."""
    page = open_test(f"?report={report['id']}")
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


def test_a_scoring_can_be_stopped(scorer: Service, open_test: OpenTest) -> None:
    """The page says how far it came, the server keeps no report and is free for the next one."""
    before = ask(scorer, "/reports")["reports"][0]["id"] if ask(scorer, "/reports")["reports"] else None
    page = open_test("?crops=all&data=mnist")
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#told")).to_contain_text("of 10,000 images")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#trouble")).to_contain_text("Stopped.")
    expect(page.locator("#running")).to_be_hidden()
    page.locator("#setup").get_by_label("1", exact=True).check(force=True)
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#result-title")).to_have_text("digits, 1 crop, on mnist")
    newest = [each["id"] for each in ask(scorer, "/reports")["reports"]]
    assert newest[0] == state(page)["report"]
    assert before is None or newest[1] == before


def test_a_server_that_goes_away_is_told_and_waited_for(
    models: Path, mnist_folder: Path, tmp_path: Path, new_context: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a scoring: what is shown stays, and the page goes on by itself once the server is back."""
    monkeypatch.setenv("INKLING_DATA", str(mnist_folder.parent))
    with Service(models, tmp_path) as service:
        context, watch = new_context(service.address)
        watch.expect("ERR_|503|502")
        page = context.new_page()
        page.goto("/test?crops=1")
        page.get_by_role("button", name="Score").click()
        expect(page.locator("#result-title")).to_contain_text("1 crop")
        page.locator("#setup").get_by_label("all", exact=True).check(force=True)
        page.get_by_role("button", name="Score").click()
        expect(page.locator("#told")).to_contain_text("of 10,000")
        kill(service)
        expect(page.locator("#trouble")).to_contain_text("of 10,000 images were answered")
        expect(page.locator("#gone")).to_contain_text("tries again by itself")
        expect(page.locator("#result-title")).to_contain_text("1 crop")
        service.start()
        expect(page.locator("#gone")).to_be_hidden()
        page.get_by_role("button", name="Score").click()
        expect(page.locator("#result-title")).to_contain_text("25 crops", timeout=60_000)


def kill(service: Service) -> None:
    """End a server at once, its workers, too."""
    pid = service.process.pid
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, workers)):
        os.kill(each, signal.SIGKILL)
    service.process.wait()


def test_a_phone_has_it_all(open_test: OpenTest, report: dict) -> None:
    """Nothing but the wide tables scrolls sideways, each in its own frame, and a cell opens at a touch."""
    i, j, n = worst(report)
    page = open_test(f"?report={report['id']}", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    expect(page.locator("#mistakes .images > li")).not_to_have_count(0)
    cell(page, i, j).tap()
    expect(page.locator("#cell .images > li")).to_have_count(n)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for button in page.locator("#matrix button").all()[:12]:
        box = button.bounding_box()
        assert box["height"] >= 40
        assert box["width"] >= 24


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_report(open_test: OpenTest, report: dict, scheme: str) -> None:
    """With two reports side by side, a cell open, and changes in the matrix; every text has contrast."""
    i, j, n = worst(report)
    link = f"?report={report['id']}&with={report['id']}&cell={i},{j}"
    page = open_test(link, color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator("#cell .images > li")).to_have_count(n)
    expect(page.locator("#mistakes .images > li")).not_to_have_count(0)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert complaints(page) == []
        assert page.evaluate(CONTRAST) == []
