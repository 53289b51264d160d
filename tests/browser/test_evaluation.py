"""The Test view: datasets are evaluated with progress, stopped, and rejected."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.evaluation import (
    OpenTest,
    choose_crops,
    evaluate,
    fetch,
    kill,
    matrix_row,
    save_feedback,
    summary_figure,
    upload_and_evaluate,
    url_state,
)
from tests.browser.service import Service
from tests.support import evaluation_uploads
from tests.support.dataset_files import npz

RECORD_PROGRESS = """() => {
    const [texts, element] = [[], document.querySelector("[data-testid=progress-status]")];
    new MutationObserver(() => texts.push(element.textContent)).observe(element, { childList: true });
    return texts;
}"""

DROP_FILE = """(form, text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "five.csv"));
    for (const type of ["dragover", "drop"])
        form.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
}"""

CSV_HEADER = b"label," + b",".join(b"p%d" % n for n in range(784))


def expect_report(page: Page, title: str | re.Pattern) -> None:
    """A report with this title is shown."""
    expect(page.get_by_test_id("report-title")).to_have_text(title)


def test_mnist_is_evaluated(scorer: Service, open_test: OpenTest) -> None:
    """The evaluation shows its progress, and the page shows every figure of the stored report."""
    page = open_test("?crops=1")
    mnist = page.get_by_test_id("datasets").get_by_role("radio", name="mnist")
    expect(mnist).to_be_checked()
    expect(mnist).to_have_accessible_name(re.compile("10,000"))
    progress = page.evaluate_handle(RECORD_PROGRESS)
    evaluate(page)
    expect_report(page, "digits, 1 crop, on mnist")
    assert any("of 10,000" in line for line in progress.json_value())
    expect(page.get_by_test_id("progress")).to_be_hidden()
    report = fetch(scorer, "/reports/latest")
    assert url_state(page)["report"] == report["id"]
    assert summary_figure(page, "Accuracy") == f"{report['accuracy']:.2%}".replace("%", "\u00a0%")
    assert summary_figure(page, "Images") == "10,000"
    assert summary_figure(page, "Mistakes") == str(len(report["mistakes"]))
    assert summary_figure(page, "Loss") == f"{report['loss']:.4f}"
    rows = page.get_by_test_id("label-metrics").get_by_role("row")
    expect(rows).to_have_count(11)
    expect(rows.nth(1)).to_contain_text(f"{report['classes'][0]['recall']:.2%}".rstrip("%"))
    for i, row in enumerate(report["confusion_matrix"]["counts"]):
        assert matrix_row(page, i).all_text_contents() == [f"{n:,}" if n else "·" for n in row]
    for name in ("chart-accuracy", "chart-loss", "chart-calibration"):
        expect(page.get_by_test_id(name).get_by_role("img")).to_be_visible()
    expect(page.get_by_test_id("chart-accuracy").get_by_role("img")).to_have_attribute("aria-label", re.compile("^Accuracy"))


def test_file_is_evaluated(open_test: OpenTest) -> None:
    """Choosing a file selects the upload."""
    page = open_test()
    labels = np.array(evaluation_uploads.LABELS, np.uint8)
    upload_and_evaluate(page, ("five.npz", npz(x=evaluation_uploads.images(), y=labels)))
    expect(page.get_by_role("radio", name="Upload your own")).to_be_checked()
    expect_report(page, "digits, 4 crops, on five.npz")
    assert summary_figure(page, "Images") == "5"


def test_two_idx_files_are_evaluated(open_test: OpenTest) -> None:
    """Images and labels are recognized by their names."""
    page = open_test()
    pair = {field: stream.getvalue() for field, (stream, _) in evaluation_uploads.idx_pair().items()}
    upload_and_evaluate(page, ("t10k-labels-idx1-ubyte", pair["labels"]), ("t10k-images-idx3-ubyte", pair["images"]))
    expect_report(page, re.compile("t10k-images-idx3-ubyte"))
    assert summary_figure(page, "Images") == "5"


def test_dropped_file_is_evaluated(open_test: OpenTest) -> None:
    """A file can be dropped on the form."""
    page = open_test()
    page.get_by_test_id("evaluation-form").evaluate(DROP_FILE, evaluation_uploads.csv().decode())
    expect(page.get_by_role("radio", name="Upload your own")).to_be_checked()
    evaluate(page)
    expect_report(page, "digits, 4 crops, on five.csv")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("unknown-label.csv", CSV_HEADER + b"\nX," + b",".join([b"0", b"255"] * 392)),
        ("no-zip.zip", b"not a ZIP file"),
    ],
)
def test_invalid_dataset_is_rejected(open_test: OpenTest, name: str, data: bytes) -> None:
    """The form shows an error, and another dataset can be evaluated at once."""
    page = open_test()
    page.monitor.allow_message("422")
    upload_and_evaluate(page, (name, data))
    problem = page.get_by_test_id("evaluation-error")
    expect(problem).to_have_attribute("data-code", "invalid_dataset")
    expect(page.get_by_test_id("report")).to_be_hidden()
    upload_and_evaluate(page, ("five.csv", evaluation_uploads.csv()))
    expect(page.get_by_test_id("report")).to_be_visible()
    expect(problem).to_be_hidden()


def test_upload_without_a_file(open_test: OpenTest) -> None:
    """Without a file, nothing is sent and the form asks for one."""
    page = open_test()
    page.get_by_role("radio", name="Upload your own").check()
    evaluate(page)
    expect(page.get_by_test_id("evaluation-error")).to_have_attribute("data-code", "no_file")


def test_busy_server(open_test: OpenTest) -> None:
    """The form shows a sentence of the page, and the server doesn't count as down."""
    page = open_test()
    page.monitor.allow_message("503")
    error = {"code": "busy", "message": "for developers"}
    page.route("**/evaluate?*", lambda route: route.fulfill(status=503, json={"error": error}))
    evaluate(page)
    problem = page.get_by_test_id("evaluation-error")
    expect(problem).to_have_attribute("data-code", "busy")
    expect(problem).not_to_contain_text("for developers")
    expect(page.get_by_test_id("server-down")).to_be_hidden()


def test_feedback_is_evaluated(scorer: Service, open_test: OpenTest) -> None:
    """Drawings stored with their labels are a dataset."""
    count = save_feedback(scorer)
    page = open_test("?data=feedback")
    feedback = page.get_by_test_id("datasets").get_by_role("radio", name="feedback")
    expect(feedback).to_be_checked()
    expect(feedback).to_have_accessible_name(re.compile(rf"\b{count}\b"))
    evaluate(page)
    expect_report(page, "digits, 4 crops, on feedback")
    assert summary_figure(page, "Images") == str(count)


def test_models_are_compared(open_test: OpenTest) -> None:
    """A model that doesn't know the labels is skipped, and the page says so."""
    page = open_test("?crops=1")
    page.monitor.allow_message("422")
    page.get_by_role("button", name="Compare models").click()
    expect_report(page, "digits, 1 crop, on mnist")
    expect(page.get_by_test_id("evaluation-error")).to_have_text(
        "Skipped, because the dataset has labels that they don’t know: letters."
    )


def test_evaluation_is_stopped(scorer: Service, open_test: OpenTest) -> None:
    """Then the server stores no report and can evaluate at once."""
    reports = fetch(scorer, "/reports")["reports"]
    page = open_test("?crops=all&data=mnist")
    evaluate(page)
    expect(page.get_by_test_id("progress-status")).to_contain_text("of 10,000")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_test_id("evaluation-error")).to_have_attribute("data-code", "stopped")
    expect(page.get_by_test_id("progress")).to_be_hidden()
    choose_crops(page, "1")
    evaluate(page)
    expect_report(page, "digits, 1 crop, on mnist")
    newest = [report["id"] for report in fetch(scorer, "/reports")["reports"]]
    assert newest[0] == url_state(page)["report"]
    assert not reports or newest[1] == reports[0]["id"]


@pytest.mark.slow
def test_server_restart(models: Path, mnist_folder: Path, tmp_path: Path, new_context: Callable) -> None:
    """If the server dies during an evaluation, the open report stays, and the page continues when the server is back."""
    with Service(models, tmp_path, INKLING_DATA=str(mnist_folder.parent)) as service:
        context, monitor = new_context(service.address)
        monitor.allow_message("ERR_|503|502")
        page = context.new_page()
        page.goto("/test?crops=1")
        evaluate(page)
        expect_report(page, re.compile("1 crop"))
        choose_crops(page, "all")
        evaluate(page)
        expect(page.get_by_test_id("progress-status")).to_contain_text("of 10,000")
        kill(service)
        expect(page.get_by_test_id("evaluation-error")).to_contain_text("of 10,000")
        expect(page.get_by_test_id("server-down")).to_be_visible()
        expect_report(page, re.compile("1 crop"))
        service.start()
        expect(page.get_by_test_id("server-down")).to_be_hidden()
        choose_crops(page, "4")  # faster
        evaluate(page)
        expect(page.get_by_test_id("report-title")).to_contain_text("4 crops", timeout=60_000)
