"""The Test view when responses are late, out of order, or missing."""

from playwright.sync_api import expect

from tests.browser.evaluation import OpenTest, post, report_columns, report_row, url_state
from tests.browser.service import Service
from tests.support import evaluation_uploads
from tests.support.dataset_files import npz


def test_reports_selected_in_quick_succession(scorer: Service, open_test: OpenTest) -> None:
    """The second selection includes the first, although its report is still being loaded."""
    first, second, third = [
        post(scorer, f"/evaluate?crops={crops}", evaluation_uploads.as_json())["id"] for crops in ("1", "4", "all")
    ]
    page = open_test(f"?report={first}")
    expect(page.get_by_test_id("report")).to_be_visible()
    page.evaluate(
        "(ids) => ids.forEach((id) => document.querySelector(`[data-report='${id}'] input`).click())",
        [second, third],
    )
    expect(report_columns(page)).to_have_count(3)
    assert url_state(page)["compare"].split(",") == [second, third]


def test_report_opened_last_is_shown(scorer: Service, open_test: OpenTest) -> None:
    """A report opened before it doesn't replace it, even if its response comes later."""
    late, last = [post(scorer, f"/evaluate?name={name}", evaluation_uploads.as_json())["id"] for name in ("late", "last")]
    page = open_test()
    page.route(f"**/reports/{late}", lambda route: (page.wait_for_timeout(500), route.continue_()))
    with page.expect_response(f"**/reports/{late}"):
        for report_id in (late, last):
            report_row(page, report_id).get_by_role("link").click(no_wait_after=True)
    page.wait_for_timeout(200)
    expect(page.get_by_test_id("report-title")).to_contain_text("on last")
    assert url_state(page)["report"] == last


def test_report_is_loaded_when_the_server_is_back(scorer: Service, open_test: OpenTest) -> None:
    """A report that is opened while the server is down appears once it is up."""
    report_id = post(scorer, "/evaluate?name=patient", evaluation_uploads.as_json())["id"]
    page = open_test()
    page.monitor.allow_message("ERR_FAILED|Failed to load")
    page.route("**/reports/*", lambda route: route.abort())
    report_row(page, report_id).get_by_role("link").click()
    expect(page.get_by_test_id("server-down")).to_be_visible()
    page.unroute("**/reports/*")
    expect(page.get_by_test_id("report-title")).to_contain_text("on patient")
    expect(page.get_by_test_id("server-down")).to_be_hidden()


def test_dataset_stays_selected_when_the_model_changes(open_test: OpenTest) -> None:
    """The selection is kept, even if files were chosen before it."""
    page = open_test()
    page.get_by_test_id("dataset-file").set_input_files(
        {"name": "five.npz", "mimeType": "", "buffer": npz(x=evaluation_uploads.images(), y=evaluation_uploads.LABELS)}
    )
    mnist = page.get_by_test_id("datasets").get_by_role("radio", name="mnist")
    mnist.check()
    with page.expect_response("**/data"):
        page.get_by_label("Model").select_option("letters")
    expect(mnist).to_be_checked()
