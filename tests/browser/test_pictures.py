"""Pictures from a file, the clipboard, a drop or the camera; invalid and blank pictures."""

import base64
import io
import re
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import JSHandle, Page, expect

from tests.browser.drawing_input import ONE, SEVEN, draw, wait_until
from tests.browser.locators import best_bar, tool, upload

OpenPage = Callable[..., Page]


def make_seven(kind: str = "PNG", ink: int = 0, paper: int = 255) -> bytes:
    """A picture of a seven, 200×280."""
    picture = Image.new("L", (200, 280), paper)
    line = [(200 * x, 280 * y) for x, y in SEVEN]
    ImageDraw.Draw(picture).line(line, fill=ink, width=22, joint="curve")
    return encode(picture, kind)


def encode(picture: Image.Image, kind: str = "PNG") -> bytes:
    """The bytes of a picture file."""
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def make_transfer(page: Page, data: bytes, name: str, mime: str) -> JSHandle:
    """A DataTransfer with one file, as in a drop or a paste."""
    return page.evaluate_handle(
        """([text, name, type]) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type }));
            return transfer;
        }""",
        [base64.b64encode(data).decode(), name, mime],
    )


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_chosen_picture_is_sent_unchanged(open_page: OpenPage, kind: str, mime: str) -> None:
    """The file's bytes are sent with its own type, and read."""
    page = open_page()
    data = make_seven(kind)
    with page.expect_request("**/predict*") as sent, page.expect_file_chooser() as chooser:
        tool(page, "Picture").click()
        chooser.value.set_files({"name": "seven", "mimeType": mime, "buffer": data})
    assert sent.value.headers["content-type"] == mime
    expect(page.get_by_test_id("label")).to_have_text("7")
    expect(page.get_by_test_id("drawing-hint")).to_be_hidden()


def test_pasted_picture_is_read(open_page: OpenPage) -> None:
    """Ctrl+V reads the picture on the clipboard."""
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(
        """async (text) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
        }""",
        base64.b64encode(make_seven(ink=255, paper=0)).decode(),
    )
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id("label")).to_have_text("7")


def test_dropped_picture_is_read(open_page: OpenPage) -> None:
    """A picture can be dropped on the page, which shows where."""
    page = open_page()
    transfer = make_transfer(page, make_seven(), "seven.png", "image/png")
    canvas = page.get_by_test_id("drawing-canvas")
    canvas.dispatch_event("dragover", {"dataTransfer": transfer})
    expect(page.get_by_text("Drop the picture")).to_be_visible()
    canvas.dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.get_by_test_id("label")).to_have_text("7")
    expect(page.get_by_text("Drop the picture")).to_be_hidden()


def test_blank_picture_has_no_prediction(open_page: OpenPage) -> None:
    """A blank picture removes the previous prediction and says why; undo brings the drawing back."""
    page = open_page()
    page.monitor.allow_message("422")
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    upload(page, encode(Image.new("L", (60, 60), 255)), "blank.png")
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-code", "empty_picture")
    expect(page.get_by_test_id("label")).to_be_empty()
    expect(best_bar(page)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("label")).to_have_text("7")


@pytest.mark.parametrize(
    ("data", "name", "mime", "status", "code"),
    [
        (make_seven("GIF"), "seven.gif", "image/gif", "415", "unsupported_picture"),
        (make_seven()[:200], "half.png", "image/png", "422", "corrupt_picture"),
    ],
)
def test_invalid_picture_is_rejected(open_page: OpenPage, data: bytes, name: str, mime: str, status: str, code: str) -> None:
    """A GIF, which only the browser can read, and a truncated PNG get a sentence in place of a prediction."""
    page = open_page()
    page.monitor.allow_message(status)
    upload(page, data, name, mime)
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-code", code)
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-state", "error")
    expect(page.get_by_test_id("explanation")).not_to_be_empty()


def test_dropped_text_is_not_sent(open_page: OpenPage) -> None:
    """A text file dropped on the page is rejected, and the drawing stays."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    transfer = make_transfer(page, b"seven", "seven.txt", "text/plain")
    page.get_by_test_id("drawing-canvas").dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.get_by_test_id("notice")).to_have_attribute("data-code", "unsupported_picture")
    expect(page.get_by_test_id("label")).to_have_text("7")
    draw(page, ONE)
    expect(page.get_by_test_id("notice")).to_be_empty()


def test_stroke_replaces_picture(open_page: OpenPage) -> None:
    """The first stroke replaces a picture; undo brings it back."""
    page = open_page()
    upload(page, make_seven())
    expect(page.get_by_test_id("label")).to_have_text("7")
    draw(page, ONE)
    expect(page.get_by_test_id("label")).to_have_text("1")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("label")).to_have_text("7")


def test_photo_is_read(open_page: OpenPage) -> None:
    """On touch screens there is a button for the camera, and the photo is sent unchanged; elsewhere the button is hidden."""
    page = open_page(has_touch=True)
    expect(page.get_by_test_id("photo-file")).to_have_attribute("capture", "environment")
    with page.expect_request("**/predict*") as sent, page.expect_file_chooser() as chooser:
        tool(page, "Photo").tap()
        photo = make_seven("JPEG", ink=40, paper=190)
        chooser.value.set_files({"name": "image.jpg", "mimeType": "image/jpeg", "buffer": photo})
    assert sent.value.headers["content-type"] == "image/jpeg"
    expect(page.get_by_test_id("label")).to_have_text("7")
    expect(tool(open_page(), "Photo")).to_be_hidden()


def stored_pictures(page: Page) -> int:
    """The number of pictures stored in the browser."""
    return page.evaluate(
        """async () => (await indexedDB.databases()).length && new Promise((resolve) => {
            const opening = indexedDB.open("inkling");
            opening.onsuccess = () => {
                const request = opening.result.transaction("pictures").objectStore("pictures").count();
                request.onsuccess = () => (opening.result.close(), resolve(request.result));
            };
        })"""
    )


def test_picture_survives_reload_and_change_of_view(open_page: OpenPage) -> None:
    """No link can hold a picture, so the tab stores it, for a reload and for Inside; clearing deletes it."""
    page = open_page()
    upload(page, make_seven())
    expect(page.get_by_test_id("label")).to_have_text("7")
    wait_until(page, lambda: stored_pictures(page) == 1)
    page.reload()
    expect(page.get_by_test_id("label")).to_have_text("7")
    with page.expect_request(lambda request: request.headers.get("content-type") == "image/png") as sent:
        page.get_by_role("link", name="Look inside").click()
    assert "/explain" in sent.value.url
    expect(page.get_by_test_id("drawing-hint")).to_be_hidden()
    page.get_by_role("link", name="Draw", exact=True).click()
    expect(page.get_by_test_id("label")).to_have_text("7")
    tool(page, "Clear").click()
    wait_until(page, lambda: stored_pictures(page) == 0)
    page.reload()
    expect(page.get_by_test_id("bar-label")).not_to_have_count(0)
    expect(page.get_by_test_id("prediction")).to_have_attribute("data-state", "idle")


def test_drawing_is_carried_to_inside(open_page: OpenPage) -> None:
    """The link to Inside holds the drawing, the crops and the pen width."""
    page = open_page("?crops=all&pen=110")
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).not_to_be_empty()
    page.get_by_role("link", name="Look inside").click()
    expect(page).to_have_url(re.compile(r"/inside\?(?=.*crops=all)(?=.*pen=110)(?=.*ink=)"))
    expect(page.get_by_test_id("drawing-hint")).to_be_hidden()


def test_text_can_be_pasted_into_a_field(open_page: OpenPage) -> None:
    """In a text field, pasting is not handled as a picture."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.get_by_test_id("label")).to_have_text("7")
    page.get_by_role("button", name="That’s wrong").click()
    page.get_by_label("Something else").evaluate(
        "(field) => field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true }))"
    )
    expect(page.get_by_test_id("notice")).to_be_empty()
