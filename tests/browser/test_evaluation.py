"""The view Test: sets are scored, told while it runs, stopped, and refused in words."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.evaluation import OpenTest, ask, figure, kill, own_set, post, state
from tests.browser.service import Service
from tests.support import evaluation_uploads
from tests.support.dataset_files import npz
from tests.support.pictures import encode_picture, to_base64


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


def test_a_file_is_scored(open_test: OpenTest) -> None:
    """An .npz that is chosen; the form says that it is the set."""
    page = open_test()
    own_set(page, ("five.npz", npz(x=evaluation_uploads.images(), y=np.array(evaluation_uploads.LABELS, np.uint8))))
    expect(page.locator("#own")).to_be_checked()
    expect(page.locator("#result-title")).to_have_text("digits, 4 crops, on five.npz")
    assert figure(page, "Images, n") == "5"


def test_two_idx_files_are_scored(open_test: OpenTest) -> None:
    """Told apart by their names."""
    page = open_test()
    pair = {field: stream.getvalue() for field, (stream, _) in evaluation_uploads.idx_pair().items()}
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
        evaluation_uploads.csv().decode(),
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
    page.monitor.allow_message("422")
    own_set(page, (name, data))
    expect(page.locator("#trouble")).to_contain_text(sentence)
    expect(page.locator("#result")).to_be_hidden()
    own_set(page, ("five.csv", evaluation_uploads.csv()))
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
    page.monitor.allow_message("503")
    body = json.dumps({"error": {"code": "busy", "message": "Expected a moment without other evaluations."}})
    page.route("**/evaluate?*", lambda route: route.fulfill(status=503, content_type="application/json", body=body))
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#trouble")).to_have_text("Expected a moment without other evaluations.")
    expect(page.locator("#gone")).to_be_hidden()


def test_feedback_is_scored(scorer: Service, open_test: OpenTest) -> None:
    """Once somebody has given a drawing with its label."""
    for image, label in zip(evaluation_uploads.images(), evaluation_uploads.LABELS, strict=True):
        post(scorer, "/feedback", {"image": to_base64(encode_picture(image)), "label": label})
    kept = ask(scorer, "/feedback")["n"]
    page = open_test("?data=feedback")
    expect(page.get_by_role("radio", name="feedback")).to_be_checked()
    expect(page.get_by_text(f"{kept} drawings that people labelled")).to_be_visible()
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#result-title")).to_have_text("digits, 4 crops, on feedback")
    assert figure(page, "Images, n") == str(kept)


def test_what_one_model_cannot_is_told_beside_what_the_other_could(open_test: OpenTest) -> None:
    """Letters are no digits: the report of the model that knows the labels is shown."""
    page = open_test("?crops=1")
    page.monitor.allow_message("422")
    page.get_by_role("button", name="Every model").click()
    expect(page.locator("#result-title")).to_have_text("digits, 1 crop, on mnist")
    expect(page.locator("#trouble")).to_contain_text("Expected only the labels A, B")


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
    models: Path, mnist_folder: Path, tmp_path: Path, new_context: Callable
) -> None:
    """In the middle of a scoring: what is shown stays, and the page goes on by itself once the server is back."""
    with Service(models, tmp_path, INKLING_DATA=str(mnist_folder.parent)) as service:
        context, monitor = new_context(service.address)
        monitor.allow_message("ERR_|503|502")
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
