"""Pictures from a file, the clipboard or a drop; what is no picture, and what is blank."""

import base64
import io
import re
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import JSHandle, Page, expect

from tests.browser.drawing_input import ONE, SEVEN, draw

OpenPage = Callable[..., Page]


def seven(kind: str = "PNG", ink: int = 0, paper: int = 255) -> bytes:
    """A picture of a seven, 200×280."""
    picture = Image.new("L", (200, 280), paper)
    line = [(200 * x, 280 * y) for x, y in SEVEN]
    ImageDraw.Draw(picture).line(line, fill=ink, width=22, joint="curve")
    return encoded(picture, kind)


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    """A picture file's bytes."""
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def transfer(page: Page, data: bytes, name: str, kind: str) -> JSHandle:
    """A DataTransfer that carries one file, as a drop and a paste bring it."""
    return page.evaluate_handle(
        """([text, name, type]) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], name, { type }));
            return carried;
        }""",
        [base64.b64encode(data).decode(), name, kind],
    )


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_chosen_picture_is_sent_as_it_is(open_page: OpenPage, kind: str, mime: str) -> None:
    """The file's own bytes go to the server under its own type, and are read."""
    page = open_page()
    data = seven(kind)
    with page.expect_request("**/predict*") as asked, page.expect_file_chooser() as chooser:
        page.locator("#choose").click()
        chooser.value.set_files({"name": "seven", "mimeType": mime, "buffer": data})
    assert asked.value.headers["content-type"] == mime
    expect(page.locator("#label")).to_have_text("7")
    expect(page.locator("#drawing-hint")).to_be_hidden()


def test_a_pasted_picture_is_read(open_page: OpenPage) -> None:
    """Ctrl+V reads the picture on the real clipboard."""
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(
        """async (text) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
        }""",
        base64.b64encode(seven(ink=255, paper=0)).decode(),
    )
    page.keyboard.press("Control+v")
    expect(page.locator("#label")).to_have_text("7")


def test_a_dropped_picture_is_read(open_page: OpenPage) -> None:
    """A drop on the page is read, and the page shows where it will land."""
    page = open_page()
    carried = transfer(page, seven(), "seven.png", "image/png")
    page.dispatch_event("#drawing-canvas", "dragover", {"dataTransfer": carried})
    expect(page.locator(".drop-hint")).to_be_visible()
    page.dispatch_event("#drawing-canvas", "drop", {"dataTransfer": carried})
    expect(page.locator("#label")).to_have_text("7")
    expect(page.locator(".drop-hint")).to_be_hidden()


def test_a_blank_picture_is_no_guess(open_page: OpenPage) -> None:
    """A blank picture takes the old answer away and says why there is no new one; undo brings the drawing back."""
    page = open_page()
    page.watch.expect("422")
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    blank = {"name": "blank.png", "mimeType": "image/png", "buffer": encoded(Image.new("L", (60, 60), 255))}
    page.locator("#file").set_input_files(blank)
    expect(page.locator("#sentence")).to_have_text("This picture is blank: there is no ink to read.")
    expect(page.locator("#label")).to_be_empty()
    expect(page.locator("#bars li.best")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("#label")).to_have_text("7")


def test_what_the_server_refuses_is_said_in_its_words(open_page: OpenPage) -> None:
    """A GIF, which the browser can show and the server does not take, is answered with the server's sentence."""
    page = open_page()
    page.watch.expect("415")
    gif = {"name": "seven.gif", "mimeType": "image/gif", "buffer": seven("GIF")}
    page.locator("#file").set_input_files(gif)
    expect(page.locator("#sentence")).to_contain_text("Expected")
    expect(page.locator("#sentence")).to_contain_text("PNG, JPEG or WebP")


def test_a_damaged_picture_is_refused(open_page: OpenPage) -> None:
    """A PNG that breaks off, which not even the browser can show, is refused with a sentence."""
    page = open_page()
    page.watch.expect("422")
    page.locator("#file").set_input_files({"name": "half.png", "mimeType": "image/png", "buffer": seven()[:200]})
    expect(page.locator("#answer")).to_have_attribute("data-state", "problem")
    expect(page.locator("#sentence")).to_contain_text("Expected")


def test_what_is_no_picture_is_not_sent(open_page: OpenPage) -> None:
    """A text dropped on the page is named as such where it fell, and the drawing stays."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    page.dispatch_event("#drawing-canvas", "drop", {"dataTransfer": transfer(page, b"seven", "seven.txt", "text/plain")})
    expect(page.locator("#notice")).to_have_text("Expected a picture: PNG, JPEG or WebP. Received text/plain.")
    expect(page.locator("#label")).to_have_text("7")
    draw(page, ONE)
    expect(page.locator("#notice")).to_be_empty()


def test_drawing_on_a_picture_starts_anew(open_page: OpenPage) -> None:
    """The first stroke replaces a picture; undo brings it back."""
    page = open_page()
    page.locator("#file").set_input_files({"name": "seven.png", "mimeType": "image/png", "buffer": seven()})
    expect(page.locator("#label")).to_have_text("7")
    draw(page, ONE)
    expect(page.locator("#label")).to_have_text("1")
    page.keyboard.press("Control+z")
    expect(page.locator("#label")).to_have_text("7")


def test_a_photograph_is_read(open_page: OpenPage) -> None:
    """Where a finger points there is a button for the camera; what it takes is sent as it is. A mouse has no camera."""
    page = open_page(has_touch=True)
    expect(page.locator("#photo")).to_have_attribute("capture", "environment")
    with page.expect_request("**/predict*") as asked, page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Photo").tap()
        chooser.value.set_files({"name": "image.jpg", "mimeType": "image/jpeg", "buffer": seven("JPEG", ink=40, paper=190)})
    assert asked.value.headers["content-type"] == "image/jpeg"
    expect(page.locator("#label")).to_have_text("7")
    expect(open_page().locator("#photograph")).to_be_hidden()


def test_a_picture_goes_along_to_other_views_and_comes_back(open_page: OpenPage) -> None:
    """No link can hold a picture, so this tab keeps it: for a reload, for Inside, and for the way back; clearing forgets it."""
    page = open_page()
    page.locator("#file").set_input_files({"name": "seven.png", "mimeType": "image/png", "buffer": seven()})
    expect(page.locator("#label")).to_have_text("7")
    page.wait_for_function("indexedDB.databases().then((all) => all.length > 0)")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("#label")).to_have_text("7")
    with page.expect_request(lambda request: request.headers.get("content-type") == "image/png") as asked:
        page.get_by_role("link", name="Look inside").click()
    assert "/explain" in asked.value.url
    expect(page.locator("#drawing-hint")).to_be_hidden()
    page.get_by_role("link", name="Draw", exact=True).click()
    expect(page.locator("#label")).to_have_text("7")
    page.locator("#clear").click()
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("#sentence")).to_have_text("Draw, and the answer appears here.")


def test_a_drawing_goes_along_to_inside(open_page: OpenPage) -> None:
    """In the link, with model, crops and pen; a link to the drawing is the way back."""
    page = open_page("?crops=all&pen=110")
    draw(page, SEVEN)
    expect(page.locator("#label")).not_to_be_empty()
    page.get_by_role("link", name="Look inside").click()
    expect(page).to_have_url(re.compile(r"/inside\?(?=.*crops=all)(?=.*pen=110)(?=.*ink=)"))
    expect(page.locator("#drawing-hint")).to_be_hidden()


def test_text_is_pasted_into_a_field(open_page: OpenPage) -> None:
    """Beside the sheet, a paste is the field's, and no complaint about a picture."""
    page = open_page()
    draw(page, SEVEN)
    expect(page.locator("#label")).to_have_text("7")
    page.locator("#wrong").click()
    page.get_by_label("Something else").evaluate(
        "(field) => field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true }))"
    )
    expect(page.locator("#notice")).to_be_empty()
