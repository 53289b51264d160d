"""Make pictures of all five views, light and dark, wide and phone: `python -m tests.browser.make_screenshots FOLDER`."""

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
from tests.browser.teaching import NEW, TAUGHT, begin, choose, teach, write
from tests.browser.trainer_service import TrainerService

MODELS = Path(__file__).parents[2] / "models"
SCREENS = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True},
}
CALM = 2_000
"""Milliseconds until the last answer has come and everything stands still."""

SIGNS = {"inside": "#sum table", "test": ".matrix button[aria-pressed=true]", "train": "#answers button >> nth=0"}
"""What stands on a view once all of its scene is there."""

CORNERS: Shape = [(0.29, 0.25), (0.50, 0.235), (0.70, 0.23), (0.62, 0.43), (0.53, 0.62), (0.46, 0.82)]
"""A seven in one stroke."""


def rounded(shape: Shape, steps: int = 4) -> Shape:
    """The same way without corners: Catmull and Rom's spline through its positions (1974)."""
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
    """What each view is shown with. A scene leads a page to it; what only has to be done once is done at first."""

    def __init__(self, trainer: TrainerService):
        self.trainer = trainer
        self.links: dict[str, str] = {}

    def show(self, view: str, page: Page) -> None:
        """Lead a page to the view's scene."""
        if view in self.links:
            page.goto(self.links[view])
        else:
            page.goto(f"{self.trainer.page.address}/{view.removeprefix('draw')}")
            scene: Callable[[Page], None] = getattr(self, view)
            scene(page)
            page.wait_for_timeout(CALM)  # until the address holds all
            self.links[view] = page.url
        page.mouse.move(1, 1)
        if view in SIGNS:
            expect(page.locator(SIGNS[view])).to_be_visible(timeout=60_000)
        page.wait_for_timeout(CALM)

    def draw(self, page: Page) -> None:
        """A seven."""
        draw(page, rounded(CORNERS))
        expect(page.locator("#label")).to_have_text("7")

    def inside(self, page: Page) -> None:
        """The same, with one pixel of the first convolution pinned."""
        draw(page, rounded(CORNERS))
        expect(page.locator("#answer-label")).to_have_text("7")
        page.wait_for_timeout(CALM)
        page.goto(page.url + ("&" if "?" in page.url else "?") + "layer=conv1&at=3,4,6")

    def test(self, page: Page) -> None:
        """MNIST's test part, with a cell of its confusion matrix."""
        page.locator("#sets input[value=mnist]").check()
        page.get_by_role("button", name="Score").click()
        expect(page).to_have_url(re.compile("report="), timeout=60_000)
        page.goto(page.url + ("&" if "?" in page.url else "?") + "cell=4,9")

    def train(self, page: Page) -> None:
        """A run on scikit-learn's digits."""
        job = self.trainer.train(epochs=20)
        page.goto(f"{self.trainer.page.address}/train?job={job['id']}")

    def teach(self, page: Page) -> None:
        """A lesson in X and O after twelve drawings, and a new one on the sheet."""
        begin(page)
        for pair in zip(TAUGHT["X"], TAUGHT["O"], strict=True):
            for label, sign in zip("XO", pair, strict=True):
                teach(page, label, sign)
        choose(page, "")
        page.locator("#clear").click()
        write(page, NEW["X"][0])


def picture(browser: Browser, scenes: Scenes, view: str, screen: str, scheme: str, folder: Path) -> None:
    """One view on one screen in one scheme: what is seen first, and, as FILE-whole.png, all of it."""
    page = browser.new_page(color_scheme=scheme, **SCREENS[screen])
    page.on("console", lambda message: message.type in ("error", "warning") and click.echo(message.text, err=True))
    scenes.show(view, page)
    page.screenshot(path=folder / f"{view}-{scheme}-{screen}.png")
    page.screenshot(path=folder / f"{view}-{scheme}-{screen}-whole.png", full_page=True)
    page.close()


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--view", "views", type=click.Choice(list(VIEWS)), multiple=True, help="Only this one; repeat it for several.")
def main(folder: Path, views: tuple[str, ...]) -> None:
    """Start the server and the trainer, use each view, and save its pictures in FOLDER. Takes MNIST in INKLING_DATA."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("Expected an installed Chromium. Received none.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        shutil.copytree(MODELS, Path(place) / "models")
        with TrainerService(Path(place) / "models", Path(place)) as trainer:
            browser, scenes = launch(playwright, chromium), Scenes(trainer)
            for view in views or VIEWS:
                for screen in SCREENS:
                    for scheme in ("light", "dark"):
                        picture(browser, scenes, view, screen, scheme, folder)
            browser.close()


if __name__ == "__main__":
    main()
