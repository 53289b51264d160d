"""The view Test when answers are late, out of order, or do not come."""

from playwright.sync_api import expect

from tests.browser.evaluation import OpenTest, post, state
from tests.browser.service import Service
from tests.support import evaluation_uploads
from tests.support.dataset_files import npz


def test_reports_ticked_in_quick_succession_all_come(scorer: Service, open_test: OpenTest) -> None:
    """The second tick counts the first one in, though that report is still on its way."""
    first, second, third = [
        post(scorer, f"/evaluate?crops={crops}", evaluation_uploads.as_json())["id"] for crops in ("1", "4", "all")
    ]
    page = open_test(f"?report={first}")
    expect(page.locator("#result")).to_be_visible()
    page.evaluate(
        "([one, other]) => [one, other].forEach((id) => document.getElementById(id).querySelector('input').click())",
        [second, third],
    )
    expect(page.locator("#figures thead th")).to_have_count(3)
    assert state(page)["with"].split(",") == [second, third]


def test_the_report_pressed_last_is_shown(scorer: Service, open_test: OpenTest) -> None:
    """Also where the one pressed before comes after it."""
    late, last = [post(scorer, f"/evaluate?name={name}", evaluation_uploads.as_json())["id"] for name in ("late", "last")]
    page = open_test()
    page.route(f"**/reports/{late}", lambda route: (page.wait_for_timeout(500), route.continue_()))
    with page.expect_response(f"**/reports/{late}"):
        for each in (late, last):
            page.locator(f"[id='{each}'] a").click(no_wait_after=True)
    page.wait_for_timeout(200)
    expect(page.locator("#result-title")).to_contain_text("on last")
    assert state(page)["report"] == last


def test_what_cannot_be_loaded_is_said_and_loaded_later(scorer: Service, open_test: OpenTest) -> None:
    """A report that is pressed while the server is gone comes by itself when it is there again."""
    number = post(scorer, "/evaluate?name=patient", evaluation_uploads.as_json())["id"]
    page = open_test()
    page.monitor.allow_message("ERR_FAILED|Failed to load")
    page.route("**/reports/*", lambda route: route.abort())
    page.locator(f"[id='{number}'] a").click()
    expect(page.locator("#gone")).to_contain_text("this page tries again by itself")
    page.unroute("**/reports/*")
    expect(page.locator("#result-title")).to_contain_text("on patient")
    expect(page.locator("#gone")).to_be_hidden()


def test_the_chosen_set_stays_when_another_model_is_chosen(open_test: OpenTest) -> None:
    """Also where files of one's own were chosen before it."""
    page = open_test()
    page.locator("#file").set_input_files(
        {"name": "five.npz", "mimeType": "", "buffer": npz(x=evaluation_uploads.images(), y=evaluation_uploads.LABELS)}
    )
    page.get_by_role("radio", name="mnist").check()
    with page.expect_response("**/data"):
        page.get_by_label("Model").select_option("letters")
    expect(page.get_by_role("radio", name="mnist")).to_be_checked()
