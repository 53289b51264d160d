"""Take screenshots of all views, light and dark, desktop and phone: `python -m tests.browser.make_screenshots FOLDER`."""

import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, expect, sync_playwright

from server.api.page.views import VIEWS
from tests.browser.chromium import find_chromium, launch
from tests.browser.drawing_input import Shape, draw
from tests.browser.evaluation import evaluate
from tests.browser.locators import tool
from tests.browser.teaching import TEST_DRAWINGS, TRAINING_DRAWINGS, draw_strokes, mode, start_lesson, teach
from tests.browser.trainer_service import TrainerService

MODELS = Path(__file__).parents[2] / "models"
SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True},
}
SETTLE_TIME = 2_000
"""Milliseconds until the last response is displayed and transitions have ended."""

READY = {
    "inside": "[data-testid=animation-text]",
    "test": ".matrix button[aria-pressed=true]",
    "train": "#predictions button >> nth=0",
}
"""An element that is visible once a view's scene is complete."""

CORNERS: Shape = [(0.29, 0.25), (0.50, 0.235), (0.70, 0.23), (0.62, 0.43), (0.53, 0.62), (0.46, 0.82)]
"""A seven in one stroke."""


def rounded(shape: Shape, steps: int = 4) -> Shape:
    """The same shape without corners: a Catmull-Rom spline through its positions."""
    dense = []
    padded = [shape[0], *shape, shape[-1]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for t in (i / steps for i in range(steps)):
            terms = zip(a, b, c, d, strict=True)
            dense.append(
                tuple(
                    q + t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * q - p - 3 * r + s))) / 2 for p, q, r, s in terms
                )
            )
    return [*dense, shape[-1]]


class Scenes:
    """The content of each view on the screenshots. The first visit creates it; later ones open its link."""

    def __init__(self, trainer: TrainerService):
        self.trainer = trainer
        self.links: dict[str, str] = {}

    def show(self, view: str, page: Page) -> None:
        """Open the scene of a view."""
        if view in self.links:
            page.goto(self.links[view])
        else:
            page.goto(f"{self.trainer.server.address}/{view.removeprefix('draw')}")
            scene: Callable[[Page], None] = getattr(self, view)
            scene(page)
            page.wait_for_timeout(SETTLE_TIME)  # until the link holds everything
            self.links[view] = page.url
        page.mouse.move(1, 1)
        if view in READY:
            expect(page.locator(READY[view])).to_be_visible(timeout=60_000)
        page.wait_for_timeout(SETTLE_TIME)

    def draw(self, page: Page) -> None:
        """A drawn seven."""
        draw(page, rounded(CORNERS))
        expect(page.get_by_test_id("label")).to_have_text("7")

    def inside(self, page: Page) -> None:
        """A drawn seven, with the animation of the first convolution."""
        draw(page, rounded(CORNERS))
        expect(page.get_by_test_id("label")).to_have_text("7")
        page.wait_for_timeout(SETTLE_TIME)
        page.goto(page.url + ("&" if "?" in page.url else "?") + "watch=conv1,3")

    def test(self, page: Page) -> None:
        """A report on MNIST's test set, with a cell of its confusion matrix."""
        page.get_by_test_id("datasets").get_by_role("radio", name="mnist").check()
        evaluate(page)
        expect(page).to_have_url(re.compile("report="), timeout=60_000)
        page.goto(page.url + ("&" if "?" in page.url else "?") + "cell=4,9")

    def train(self, page: Page) -> None:
        """A run on scikit-learn's digits."""
        job = self.trainer.train(epochs=20)
        page.goto(f"{self.trainer.server.address}/train?job={job['id']}")

    def teach(self, page: Page) -> None:
        """A lesson with X and O after twelve drawings, and a new drawing."""
        start_lesson(page)
        for pair in zip(TRAINING_DRAWINGS["X"], TRAINING_DRAWINGS["O"], strict=True):
            for label, strokes in zip("XO", pair, strict=True):
                teach(page, label, strokes)
        mode(page, "Test").check()
        tool(page, "Clear").click()
        draw_strokes(page, TEST_DRAWINGS["X"][0])


def take_screenshot(browser: Browser, scenes: Scenes, view: str, screen: str, scheme: str, folder: Path) -> None:
    """Take a screenshot of a view: what is visible first, and, as NAME-whole.png, the whole page."""
    page = browser.new_page(color_scheme=scheme, **SCREENS[screen])
    page.on("console", lambda message: message.type in ("error", "warning") and click.echo(message.text, err=True))
    scenes.show(view, page)
    page.screenshot(path=folder / f"{view}-{scheme}-{screen}.png")
    page.screenshot(path=folder / f"{view}-{scheme}-{screen}-whole.png", full_page=True)
    page.close()


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--view", "views", type=click.Choice(list(VIEWS)), multiple=True, help="Only this view. Can be repeated.")
def main(folder: Path, views: tuple[str, ...]) -> None:
    """Start the server and the trainer, use each view, and save screenshots in FOLDER. Needs MNIST in INKLING_DATA."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("Chromium is not installed.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        shutil.copytree(MODELS, Path(temporary) / "models")
        with TrainerService(Path(temporary) / "models", Path(temporary)) as trainer:
            browser, scenes = launch(playwright, chromium), Scenes(trainer)
            for view in views or VIEWS:
                for screen in SCREENS:
                    for scheme in ("light", "dark"):
                        take_screenshot(browser, scenes, view, screen, scheme, folder)
            browser.close()


if __name__ == "__main__":
    main()
