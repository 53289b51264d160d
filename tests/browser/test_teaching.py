"""The view Teach in a real browser, against a real trainer that teaches."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_input import draw_with_finger, draw_with_stylus, wait_until
from tests.browser.service import Service
from tests.browser.teaching import NEW, TAUGHT, begin, choose, cross, ring, teach, train, weights, write
from tests.browser.trainer_service import PATIENCE, PageBesideTrainer, TrainerService

Open = Callable[..., Page]


def test_new_signs_are_read_after_twelve_drawings(trainer: TrainerService, open_with_trainer: Open) -> None:
    """A lesson in X and O, from its beginning to its use in Draw: signs that were not taught are read, there, too."""
    page = open_with_trainer(trainer, "teach")
    number = begin(page)
    for pair in zip(TAUGHT["X"], TAUGHT["O"], strict=True):
        for label, sign in zip("XO", pair, strict=True):
            teach(page, label, sign)
    expect(page.locator("#modes small")).to_have_text(["6", "6"])
    expect(page.locator(".thumb")).to_have_count(12)
    choose(page, "")
    for label, signs in NEW.items():
        for sign in signs:
            page.locator("#clear").click()
            write(page, sign)
            expect(page.locator("#label")).to_have_text(label)
            expect(page.locator("#sentence")).to_have_text("So it reads this.")
    assert trainer.ask(f"/lessons/{number}")["steps"] == 120  # testing taught nothing
    page.locator("#model-name").fill("noughts")
    page.locator("#publishing").click()
    page.locator("#uses a").click(timeout=PATIENCE * 1000)
    expect(page).to_have_url(re.compile(r"/\?.*model=noughts"))
    expect(page.locator("#bars .name")).to_have_text(["X", "O"])
    for label, [sign, *_] in NEW.items():
        write(page, sign)
        expect(page.locator("#label")).to_have_text(label)
        page.locator("#clear").click()


def test_a_training_shows_all_that_it_did(lesson: Page) -> None:
    """Probabilities before and after, the image, its bits, the loss, and other weights."""
    write(lesson, cross())
    expect(lesson.locator("#bars .best")).to_have_count(1)
    before = weights(lesson)
    bits = lesson.locator("#bits")
    assert re.fullmatch(r"([01]{6}\n){5}[01]{6}", bits.text_content())
    assert bits.get_attribute("aria-label") == bits.text_content().replace("\n", "")
    train(lesson, "#once")
    words = re.compile(r"^1 step as X: [\d.]+\u00a0% → [\d.]+\u00a0%, loss \d\.\d+ → \d\.\d+\.")
    expect(lesson.locator("#advice")).to_contain_text(words)
    was, now = map(float, re.findall(r"([\d.]+)\u00a0%", lesson.locator("#bars .value").first.text_content()))
    assert now > was
    assert weights(lesson) != before
    expect(lesson.locator("#loss canvas")).to_have_attribute("aria-label", re.compile("before: from .* at 1 to .* at 1"))
    train(lesson)
    expect(lesson.locator("#loss canvas")).to_have_attribute("aria-label", re.compile("before: from .* at 1 to .* at 11"))
    expect(lesson.locator(".thumb")).to_have_count(1)
    expect(lesson.locator("#label")).to_have_text("X")
    expect(lesson.locator("#sentence")).to_have_text("✓ As you say.")
    choose(lesson, "O")
    expect(lesson.locator("#sentence")).to_have_text("✗ You say O: train it.")


@pytest.mark.parametrize("tool", [draw_with_stylus, draw_with_finger])
def test_stylus_and_finger_teach(trainer: TrainerService, open_with_trainer: Open, tool: Callable) -> None:
    """What they draw is taught; a stroke after that begins a new drawing."""
    page = open_with_trainer(trainer, "teach", has_touch=True)
    begin(page)
    teach(page, "X", cross(), tool)
    teach(page, "O", ring(), tool)
    expect(page.locator("#modes small")).to_have_text(["1", "1"])
    page.keyboard.press("Control+z")
    expect(page.locator("#label")).not_to_be_empty()  # the drawing before
    page.locator("#clear").click()
    expect(page.locator("#once")).to_be_disabled()


def test_undo_and_reset(trainer: TrainerService, lesson: Page) -> None:
    """Undoing brings back what was; a reset keeps the drawings, another one forgets them, at a second press."""
    young = weights(lesson)
    teach(lesson, "X", cross())
    lesson.locator("#back").click()
    expect(lesson.locator("#modes small")).to_have_text(["0", "0"])
    expect(lesson.locator("#back")).to_be_disabled()
    lesson.locator("#clear").click()
    assert weights(lesson) == young
    teach(lesson, "X", cross())
    lesson.locator("summary").click()
    lesson.locator("#reset").click()
    number = re.search(r"lesson=(\w+)", lesson.url)[1]
    wait_until(lesson, lambda: trainer.ask(f"/lessons/{number}")["steps"] == 0)
    expect(lesson.locator("#modes small")).to_have_text(["1", "0"])
    lesson.locator("#empty").click()
    expect(lesson.locator("#empty")).to_have_text("Press again to delete for good")
    expect(lesson.locator("#modes small")).to_have_text(["1", "0"])
    lesson.locator("#empty").click()
    expect(lesson.locator("#modes small")).to_have_text(["0", "0"])
    expect(lesson.locator("#no-drawings")).to_be_visible()


def test_a_kept_drawing_is_trained_on_again(lesson: Page) -> None:
    """It comes to the sheet under its label, is trained on as the drawing that it is, goes to Inside, and is deleted."""
    teach(lesson, "X", cross())
    teach(lesson, "O", ring())
    lesson.locator(".thumb").first.click()
    expect(lesson.locator('#modes input[value="X"]')).to_be_checked()
    expect(lesson.locator(".thumb").first).to_have_attribute("aria-pressed", "true")
    train(lesson, "#once")
    expect(lesson.locator("#modes small")).to_have_text(["1", "1"])
    expect(lesson.locator("#inside")).to_have_attribute("href", re.compile(r"/inside\?.*image=[\w-]{1000,}"))
    lesson.locator("#forget").click()
    expect(lesson.locator("#modes small")).to_have_text(["0", "1"])
    expect(lesson.locator("#chosen")).to_be_hidden()
    expect(lesson.locator("#drawing-area")).to_be_visible()


def test_a_link_brings_everything_back(trainer: TrainerService, lesson: Page, open_with_trainer: Open) -> None:
    """Lesson, label, mode, the drawing on the sheet and its answer, the drawings and the loss so far."""
    teach(lesson, "X", cross())
    teach(lesson, "O", ring())
    choose(lesson, "")
    expect(lesson).to_have_url(re.compile("(?=.*label=O)(?=.*mode=test)(?=.*ink=[^.&]{80,})"))  # the ring's one stroke
    shown = ["#label", "#confidence", "#bits", "#modes small"]
    told = [lesson.locator(part).all_text_contents() for part in shown]
    other = open_with_trainer(trainer, lesson.url.split("/", 3)[3])
    for part, texts in zip(shown, told, strict=True):
        expect(other.locator(part)).to_have_text(texts)
    expect(other.locator('#modes input[value=""]')).to_be_checked()
    expect(other.locator(".thumb")).to_have_count(2)
    expect(other.locator("#loss canvas")).to_have_attribute("aria-label", re.compile("before: from .* at 10 to .* at 20"))
    assert weights(other) == weights(lesson)


def test_two_tabs_on_one_lesson_stay_truthful(trainer: TrainerService, lesson: Page, open_with_trainer: Open) -> None:
    """What was taught, or deleted, in another tab is seen at the next act."""
    other = open_with_trainer(trainer, lesson.url.split("/", 3)[3])
    expect(other.locator("#modes small")).to_have_text(["0", "0"])
    teach(lesson, "X", cross())
    teach(other, "O", ring())
    expect(other.locator("#modes small")).to_have_text(["1", "1"])
    expect(other.locator("#advice")).to_contain_text("It was taught elsewhere, too.")
    expect(other.locator("#loss canvas")).to_have_attribute("aria-label", re.compile("at 10 to .* at 20"))
    other.monitor.allow_message("404")
    drop = lesson.locator('#lessons li:has([aria-current="page"]) button')
    drop.click()
    drop.click()
    expect(lesson.locator("#begin")).to_be_visible()
    other.locator("#once").click()
    expect(other.locator("#lessons-problem")).to_contain_text("Expected the ID of a lesson that is kept.")
    expect(other.locator("#begin")).to_be_visible()
    expect(other).not_to_have_url(re.compile("lesson="))


def test_characters_of_one_s_own(trainer: TrainerService, open_with_trainer: Open) -> None:
    """As many as one adds, for the network that one chooses, whose kernels change; what is wrong is said at the form."""
    page = open_with_trainer(trainer, "teach")
    page.monitor.allow_message("400")
    page.locator("#add").click()
    page.keyboard.type("X")
    page.locator("#start").click()
    expect(page.locator("#begin-problem")).to_have_text("Expected labels that differ. Received 'X' twice.")
    page.get_by_label("Character 3").fill("♥")
    expect(page.locator("#start")).to_have_text("Begin with X, O, ♥")
    begin(page, "cnn")
    expect(page.locator("#bars .name")).to_have_text(["X", "O", "♥"])
    expect(page.locator("#kernels canvas")).to_have_count(8)
    kernels = "[...document.querySelectorAll('#kernels canvas')].map((canvas) => canvas.toDataURL()).join()"
    before = page.evaluate(kernels)
    teach(page, "♥", ring())
    assert page.evaluate(kernels) != before
    assert re.fullmatch(r"([01]{24}\n){23}[01]{24}", page.locator("#bits").text_content())
    expect(page.locator("#nodes")).to_be_hidden()


def test_what_the_trainer_refuses_is_said(lesson: Page) -> None:
    """In its words, where it happened."""
    lesson.monitor.allow_message("400|409|422")
    lesson.locator("#publishing").click()
    expect(lesson.locator("#keep-problem")).to_contain_text("Expected a lesson that was taught.")
    lesson.locator("#pace").fill("99")
    lesson.locator("#pace").blur()
    expect(lesson.locator("#pace-problem")).to_contain_text("Expected")
    write(lesson, cross())
    train(lesson)
    expect(lesson.locator("#problem")).to_be_hidden()
    expect(lesson.locator("#pace-problem")).to_be_hidden()


def test_a_lesson_is_saved_under_a_name(lesson: Page) -> None:
    """The list tells of it."""
    lesson.locator("#name").fill("noughts and crosses")
    lesson.locator("#save button").click()
    expect(lesson.locator("#saved")).to_contain_text("Saved ")
    lesson.reload()
    expect(lesson.locator('#lessons [aria-current="page"]')).to_have_text("noughts and crosses")
    expect(lesson.locator("#name")).to_have_value("noughts and crosses")


def test_the_trainer_goes_and_comes_back(models: Path, tmp_path: Path, open_with_trainer: Open) -> None:
    """The view says so, keeps the drawing, and goes on by itself; it did so before the trainer was first there, too."""
    with TrainerService(models, tmp_path) as trainer:
        trainer.stop()
        page = open_with_trainer(trainer, "teach")
        page.monitor.allow_message("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET")
        expect(page.locator("#gone")).to_contain_text(f"trainer serve --cors-origin {trainer.page.address}")
        expect(page.locator("#begin")).to_be_hidden()
        trainer.start()
        expect(page.locator("#gone")).to_be_hidden()
        begin(page)
        teach(page, "X", cross())
        trainer.stop()
        write(page, ring())
        expect(page.locator("#sentence")).to_contain_text("The trainer does not answer. Your drawing is kept")
        expect(page.locator("#gone")).to_be_visible()
        trainer.start()
        expect(page.locator("#gone")).to_be_hidden()
        expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
        train(page, "#once")
        expect(page.locator(".thumb")).to_have_count(2)


def test_a_server_that_learns_of_a_trainer_is_noticed(
    trainer: TrainerService, models: Path, tmp_path: Path, new_context: Callable
) -> None:
    """Without one the view says how to start both; once the server names one, the view finds it by itself."""
    with Service(models, tmp_path) as service:
        context, monitor = new_context(service.address)
        monitor.allow_message(
            "ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|ERR_FAILED|CORS"
        )  # the trainer lets in its own page alone
        monitor.allow_host(trainer.address)
        page = context.new_page()
        page.goto("/teach")
        expect(page.locator("#gone")).to_contain_text("server run --trainer")
        expect(page.locator("#begin")).to_be_hidden()
        service.stop()
        named = PageBesideTrainer(models, tmp_path, trainer.address)
        named.port, named.address = service.port, service.address
        with named:
            expect(page.locator("meta[name=inkling-trainer]")).to_have_attribute("content", trainer.address)
            page.unroute_all()
            page.goto("about:blank")
