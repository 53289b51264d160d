"""Downloads: a model's ONNX file and card, and the settings of a run."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.trainer_service import SMALL_RUN, TrainerService


def download(page: Page, control: Locator, folder: Path) -> Path:
    """Click a link or a button and return the file that it downloads."""
    with page.expect_download() as started:
        control.click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def test_model_file_and_card(open_page: Callable[..., Page], models: Path, tmp_path: Path) -> None:
    """The footer links to both, of the current model."""
    page = open_page("?model=letters")
    footer = page.get_by_role("contentinfo")
    file = download(page, footer.get_by_role("link", name="ONNX file"), tmp_path)
    assert (file.name, file.read_bytes()) == ("letters.onnx", (models / "letters.onnx").read_bytes())
    card = download(page, footer.get_by_role("link", name="model card"), tmp_path)
    assert card.name == "letters.json"
    assert json.loads(card.read_text())["labels"][:2] == ["A", "B"]


def test_settings_of_a_run(trainer: TrainerService, open_with_trainer: Callable[..., Page], tmp_path: Path) -> None:
    """The file holds all settings of the run, and the form for a new run accepts it."""
    job = trainer.train(name="saved", seed=3)
    page = open_with_trainer(trainer, f"train?job={job['id']}&settings=all")
    page.monitor.allow_message("status of 503")  # an inspection on a busy machine
    path = download(page, page.get_by_role("button", name="Save the settings of this run"), tmp_path)
    assert path.name == "saved.json"
    saved = json.loads(path.read_text())
    assert saved == job["settings"]
    assert saved.items() >= (SMALL_RUN | {"seed": 3}).items()
    page.get_by_test_id("settings-file").set_input_files(path)
    expect(page.get_by_role("form", name="New run").get_by_role("spinbutton", name="Batch size")).to_have_value("64")
