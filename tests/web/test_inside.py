"""The view Inside: every layer as it answers, every number with its arithmetic, the evidence, a kernel of one's own."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.web.axe import complaints
from tests.web.hand import SEVEN, draw, on_page, wait_until
from tests.web.service import Service
from tests.web.small_models import LABELS, UNKNOWN, write_perceptron_model, write_pooling_model

OpenInside = Callable[..., Page]

CLOSE = 1e-3
"""How far a sum of the numbers shown, with four places each, may lie from the number that the server tells."""


@pytest.fixture(scope="module")
def inside_service(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that has a model with pooling and a perceptron, too."""
    folder = tmp_path_factory.mktemp("inside")
    for name in ("digits", "letters"):
        (folder / f"{name}.onnx").symlink_to(models / f"{name}.onnx")
    write_pooling_model(folder / "pooling.onnx")
    write_perceptron_model(folder / "perceptron.onnx")
    with Service(folder, tmp_path_factory.mktemp("inside_service")) as service:
        yield service


@pytest.fixture
def open_inside(inside_service: Service, new_context: Callable) -> OpenInside:
    """Open the view with a query and options of the context; its layers stand. `page.heard` holds its last answers by what they show."""

    def open_inside(query: str = "", drawn: bool = True, **options) -> Page:
        context, watch = new_context(inside_service.address, **options)
        page = context.new_page()
        page.watch, page.heard = watch, {}
        page.on("response", lambda response: listen(page, response))
        page.goto(f"/inside{query}")
        expect(page.locator(".layer")).not_to_have_count(0)
        if drawn:
            draw(page, SEVEN)
            wait_until(page, lambda: "evidence" in page.heard)  # asked for when the pen rests: all before it has come
        return page

    return open_inside


def listen(page: Page, response: Response) -> None:
    """Keep the last answers of /explain."""
    shown = re.search(r"/explain.*show=(\w+)", response.url)
    if shown and response.ok:
        page.heard[shown[1]] = response


def told(page: Page, shown: str = "activations") -> dict:
    """The server's last answer that shows these."""
    return page.heard[shown].json()


def layer_told(page: Page, name: str) -> dict:
    """What the server has told of a layer."""
    return next(layer for layer in told(page)["layers"] if layer["name"] == name)


def activation(page: Page, name: str, at: tuple[int, int, int]) -> float:
    """The server's own number at a map, a row and a column, counted from 1."""
    layer = layer_told(page, name)
    place, y, x = (part - 1 for part in at)
    return layer["activations"][place] if len(layer["output_shape"]) == 1 else layer["activations"][y][x][place]


def number(text: str) -> float:
    """A number as the page writes it."""
    return float(re.search(r"[−-]?\d[\d.]*$", text.strip())[0].replace("−", "-"))


def numbers(locator: Locator) -> list[float]:
    """The numbers that elements end with."""
    return [number(text) for text in locator.all_text_contents()]


def maps(page: Page, name: str) -> Locator:
    """The canvas with a layer's maps."""
    return page.locator(f"#layer-{name} .maps canvas").first


def look(page: Page, name: str, at: tuple[int, int, int]) -> None:
    """Walk to a place of a layer, by keyboard."""
    canvas = maps(page, name)
    canvas.focus()
    page.keyboard.press("Home")
    shape = layer_told(page, name)["output_shape"]
    width = shape[1] if len(shape) == 3 else 1
    for _ in range((at[0] - 1) * width + at[2] - 1):
        page.keyboard.press("ArrowRight")
    for _ in range(at[1] - 1):
        page.keyboard.press("ArrowDown")
    place = f"row {at[1]}, column {at[2]}" if width > 1 else f"{name}: "
    expect(page.locator("#sum .place")).to_contain_text(place)


def test_every_layer_shows_what_it_makes(open_inside: OpenInside) -> None:
    """The layers stand in their order, each with name, kind, figures and painted maps, and the figures add up at the end."""
    page = open_inside("?model=digits")
    expect(page.locator("#answer-label")).to_have_text("7")
    layers = told(page)["layers"]
    sections = page.locator("#layers > section")
    expect(sections).to_have_count(len(layers))
    for section, layer in zip(sections.all(), layers, strict=True):
        expect(section.locator("h3")).to_have_text(layer["name"])
        expect(section.locator(".kind")).not_to_be_empty()
        figures = [" × ".join(map(str, layer["output_shape"])), f"{layer['parameters']:,}", f"{layer['multiply_adds']:,}"]
        expect(section.locator("dd")).to_have_text(figures)
    sums = [f"{sum(layer[name] for layer in layers):,}" for name in ("parameters", "multiply_adds")]
    expect(page.locator("#layers > :last-child dd")).to_have_text(sums)
    page.watch.expect("willReadFrequently")  # the test reads the canvas; the page never does
    colours = """(canvas) => new Set(new Uint32Array(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    for layer in layers:
        maps(page, layer["name"]).scroll_into_view_if_needed()
        wait_until(page, lambda name=layer["name"]: maps(page, name).evaluate(colours) > 3)


@pytest.mark.parametrize(
    ("layer", "at"),
    [("conv1", (3, 4, 7)), ("conv1", (16, 10, 10)), ("conv2", (14, 3, 3)), ("conv2", (48, 5, 5)), ("conv3", (2, 1, 5))],
)
def test_products_add_up(open_inside: OpenInside, layer: str, at: tuple) -> None:
    """Products add up to a map's sum, the maps' sums to the whole, and with the bias they are the number that the server tells."""
    page = open_inside(f"?model=digits&layer={layer}&at={','.join(map(str, at))}")
    wanted = activation(page, layer, at)
    expect(page.locator("#sum .value")).to_have_text(re.compile(r"\d"))
    assert numbers(page.locator("#sum .value")) == pytest.approx([wanted], abs=CLOSE)
    ledger = dict(
        zip(page.locator(".ledger dt").all_text_contents(), numbers(page.locator(".ledger dd")), strict=True),
    )
    assert ledger[layer] == pytest.approx(wanted, abs=CLOSE)
    products = numbers(page.locator(".cells b"))
    assert len(products) == (25 if layer == "conv1" else 9)
    for cell in page.locator(".cells td").all():
        value, weight = numbers(cell.locator("span"))
        assert value * weight == pytest.approx(number(cell.locator("b").text_content()), abs=CLOSE)
    sums = numbers(page.locator(".map-sums button span:last-child"))
    if layer == "conv1":
        whole = ledger["sum of the products"]
        assert sum(products) == pytest.approx(whole, abs=CLOSE)
    else:
        whole = ledger[f"all {len(sums)} maps"]
        assert sum(sums) == pytest.approx(whole, abs=CLOSE)
        assert sums == sorted(sums, key=abs, reverse=True)
        assert sum(products) == pytest.approx(sums[0], abs=CLOSE)
    assert whole + ledger["bias"] == pytest.approx(wanted, abs=CLOSE)
    assert ledger[f"then {layer}_relu makes of it"] == pytest.approx(max(0, wanted), abs=CLOSE)


def test_another_map_before_is_chosen(open_inside: OpenInside) -> None:
    """Of many maps before, any is chosen to see its products, and the keyboard stays where it is."""
    page = open_inside("?model=digits&layer=conv2&at=14,3,3")
    button = page.locator(".map-sums button").nth(3)
    name, wanted = button.locator("span").first.text_content(), number(button.locator("span").last.text_content())
    button.press("Enter")
    chosen = page.locator(".map-sums button[aria-pressed=true]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_be_focused()
    expect(chosen.locator("span").first).to_have_text(name)
    assert sum(numbers(page.locator(".cells b"))) == pytest.approx(wanted, abs=CLOSE)


def test_kernels_are_pictures_to_choose_from(open_inside: OpenInside) -> None:
    """The kernels of the map looked at stand as pictures, one a map before; choosing one shows its products."""
    page = open_inside("?model=digits&layer=conv2&at=14,3,3")
    page.locator("#layer-conv2 .kernels summary").click()
    expect(page.locator("#layer-conv2 .kernels .hint")).to_contain_text("The 16 kernels of map 14")
    page.locator("#layer-conv2 .kernels canvas").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".map-sums [aria-pressed=true] span").first).to_have_text("map 5")
    expect(page.locator("#sum .place")).to_have_text("conv2: map 14, row 3, column 3")


def test_pooling_shows_what_it_keeps(open_inside: OpenInside) -> None:
    """Pooling marks the largest of its window; it is what the server tells."""
    page = open_inside("?model=pooling")
    pool = next(layer["name"] for layer in told(page)["layers"] if layer["kind"] == "MaxPooling2D")
    look(page, pool, (2, 3, 4))
    window = numbers(page.locator(".cells span"))
    assert len(window) == 4
    expect(page.locator(".cells b")).to_have_text("✓ kept")
    kept = numbers(page.locator(".cells td:has(b) span"))
    assert kept == [max(window)] == pytest.approx([activation(page, pool, (2, 3, 4))], abs=CLOSE)


def test_means_of_maps_and_unknown_steps(open_inside: OpenInside) -> None:
    """A map's mean is its sum by its size; a step that the page has no words for is shown by its own name, with its numbers."""
    page = open_inside("?model=pooling")
    mean = next(layer["name"] for layer in told(page)["layers"] if layer["kind"] == "GlobalAveragePooling2D")
    look(page, mean, (3, 1, 1))
    total, shown = numbers(page.locator(".ledger dd"))[:2]
    assert total / 36 == pytest.approx(shown, abs=CLOSE)
    assert shown == pytest.approx(activation(page, mean, (3, 1, 1)), abs=CLOSE)
    strange = next(layer["name"] for layer in told(page)["layers"] if layer["kind"] == UNKNOWN)
    expect(page.locator(f"#layer-{strange} .kind")).to_have_text(UNKNOWN)
    look(page, strange, (2, 2, 2))
    expect(page.locator("#sum")).to_contain_text(f"Made by {UNKNOWN}")
    assert numbers(page.locator("#sum .value")) == pytest.approx([activation(page, strange, (2, 2, 2))], abs=CLOSE)


def test_the_dense_layer_and_softmax_in_numbers(open_inside: OpenInside) -> None:
    """What speaks for and against a label adds up to its logit; the powers of all logits, divided by their sum, to the answer."""
    page = open_inside("?model=digits")
    look(page, "dense", (8, 1, 1))
    logit = activation(page, "dense", (8, 1, 1))
    *parts, shown, after = numbers(page.locator(".ledger dd"))
    assert sum(parts) == pytest.approx(shown, abs=CLOSE)
    assert shown == pytest.approx(logit, abs=CLOSE)
    for value, weight, product in zip(*(numbers(page.locator(f".terms td:nth-child({i})")) for i in (2, 3, 4)), strict=True):
        assert value * weight == pytest.approx(product, abs=CLOSE)
    scale = layer_told(page, "temperature")["scale"]
    assert after == pytest.approx(logit * scale, abs=CLOSE)
    look(page, "softmax", (8, 1, 1))
    powers, probabilities = (numbers(page.locator(f".terms tbody td:nth-child({i})")) for i in (3, 4))
    assert sum(probabilities) == pytest.approx(1, abs=CLOSE)
    assert probabilities == pytest.approx(told(page)["probabilities"], abs=CLOSE)
    assert [power / sum(powers) for power in powers] == pytest.approx(probabilities, abs=CLOSE)


def test_pointing_pins_and_the_link_restores(open_inside: OpenInside) -> None:
    """Hovering shows a number, a click keeps it in the link, and the link brings back all of it: layer, place, drawing, crop."""
    page = open_inside("?model=digits")
    page.locator("#crop").select_option("1,3")
    wait_until(page, lambda: told(page)["crop"] == [1, 3])
    canvas = maps(page, "conv2")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    expect(page.locator("#sum .place")).to_contain_text("conv2")
    hovered = page.locator("#sum .place").text_content()
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile("layer=conv2.*at="))
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    expect(page.locator("#sum .place")).to_have_text(hovered)  # pinned
    expect(page).to_have_url(re.compile("ink="))
    value = page.locator("#sum .value").text_content()
    page.reload()
    expect(page.locator("#sum .place")).to_have_text(hovered)
    expect(page.locator("#sum .value")).to_have_text(value)
    expect(page.locator("#crop")).to_have_value("1,3")
    expect(maps(page, "conv2")).to_be_in_viewport()
    page.locator("#release").click()
    expect(page.locator("#sum")).to_be_empty()
    expect(page).not_to_have_url(re.compile("layer="))


def test_by_keyboard_alone(open_inside: OpenInside) -> None:
    """Tab comes to the maps, arrow keys walk over pixels and on to the next map, Enter pins, Escape lets go and clears nothing."""
    page = open_inside("?model=digits")
    page.locator("#contents a").last.focus()
    while not maps(page, "conv1").evaluate("(canvas) => canvas === document.activeElement"):
        page.keyboard.press("Tab")
    place = page.locator("#sum .place")
    expect(place).to_have_text("conv1: map 1, row 1, column 1")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(place).to_have_text("conv1: map 2, row 1, column 1")
    page.keyboard.press("ArrowDown")
    expect(place).to_have_text("conv1: map 2, row 2, column 1")
    expect(page.locator("#voice")).to_have_text(re.compile(r"^conv1: map 2, row 2, column 1: [−\d.]+\. 25 products"))
    assert "map 2 of 16, from" in maps(page, "conv1").get_attribute("aria-label").lower()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("layer=conv1&at=2%2C2%2C1"))
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("layer="))
    expect(page.locator("#answer-label")).to_have_text("7")


def test_maps_are_told_in_words(open_inside: OpenInside) -> None:
    """Every map has a text: its range, and where it is strongest."""
    page = open_inside("?model=digits")
    words = page.locator("#layer-conv1_relu .hidden li")
    expect(words).to_have_count(16)
    for i, text in enumerate(words.all_text_contents()):
        said = re.fullmatch(rf"Map {i + 1} of 16, from 0.00 to ([\d.]+), strongest at row (\d+), column (\d+)", text)
        place = (i + 1, int(said[2]), int(said[3]))
        assert float(said[1]) == pytest.approx(activation(page, "conv1_relu", place), abs=0.06)


def test_evidence_for_each_label(open_inside: OpenInside) -> None:
    """The evidence is the server's, for the answer or another label, told in bits with its sign for the pixel looked at."""
    page = open_inside("?model=digits")
    canvas = page.locator("#evidence-map canvas")
    canvas.focus()
    page.keyboard.press("ArrowDown")
    for label in ("7", "3"):
        if label != "7":
            page.get_by_role("radio", name=label, exact=True).check()
            expect(page).to_have_url(re.compile(f"label={label}"))
            canvas.focus()
        values = told(page, "evidence")["evidence"]["values"][int(label)]
        for steps in (12, 3):
            for _ in range(steps):
                page.keyboard.press("ArrowRight")
        said = page.locator("#evidence-value")
        expect(said).to_have_text(re.compile(rf"bits for {label}\.$"))
        row, column, value = re.search(r"Row (\d+), column (\d+): (\S+) bits", said.text_content()).groups()
        assert float(value.replace("−", "-")) == pytest.approx(values[int(row) - 1][int(column) - 1], abs=0.006)
        page.keyboard.press("Home")
    page.reload()
    expect(page.get_by_role("radio", name="3", exact=True)).to_be_checked()


def test_a_kernel_of_ones_own(open_inside: OpenInside) -> None:
    """The numbers typed in make the map that is shown, with its sums; ReLU and pooling follow; the link keeps the kernel."""
    page = open_inside("?model=digits")
    image = told(page)["image"]
    page.get_by_role("button", name="Identity").click()
    page.get_by_label("Row 2, column 3").fill("-2.5")
    expect(page).to_have_url(re.compile(r"kernel=0%2C0%2C0%2C0%2C1%2C-2\.5%2C0%2C0%2C0"))
    canvas = maps(page, "filtered")
    canvas.focus()
    for key, times in (("ArrowRight", 12), ("ArrowDown", 9)):
        for _ in range(times):
            page.keyboard.press(key)
    y, x = 9, 12
    wanted = (image[y + 1][x + 1] - 2.5 * image[y + 1][x + 2]) / 255
    expect(page.locator("#sum .place")).to_have_text("filtered: row 10, column 13")
    assert numbers(page.locator("#sum .value")) == pytest.approx([wanted], abs=CLOSE)
    assert sum(numbers(page.locator(".cells b"))) == pytest.approx(wanted, abs=CLOSE)
    expect(page.locator(".ledger").last).to_contain_text("then rectified makes of it")
    page.locator("#own-relu").uncheck()
    expect(page.locator("#layer-rectified")).to_have_count(0)
    page.get_by_role("radio", name="5 × 5").check()
    expect(page.locator("#own-weights input")).to_have_count(25)
    expect(page.get_by_label("Row 3, column 4")).to_have_value("-2.5")
    page.reload()
    expect(page.get_by_label("Row 3, column 4")).to_have_value("-2.5")
    expect(page.locator("#own-relu")).not_to_be_checked()
    page.get_by_label("Row 3, column 4").fill("")
    expect(page.locator("#own-problem")).to_be_visible()


def test_a_perceptron_is_drawn_with_every_weight(open_inside: OpenInside) -> None:
    """A model whose weights are all dense has a node-link picture; a bit is told as the threshold that made it."""
    page = open_inside("?model=perceptron")
    expect(page.locator("#links canvas")).to_be_visible()
    expect(page.locator("#links canvas")).to_have_attribute("aria-label", re.compile("36 to 4 to 3 neurons"))
    bitmap = next(layer["name"] for layer in told(page)["layers"] if layer["kind"] == "Threshold")
    look(page, bitmap, (1, 2, 3))
    expect(page.locator("#sum")).to_contain_text("≥ 40.0000")
    first = next(layer["name"] for layer in told(page)["layers"] if layer["kind"] == "Dense")
    look(page, first, (2, 1, 1))
    *_, shown, after = numbers(page.locator(".ledger dd"))
    assert shown == pytest.approx(activation(page, first, (2, 1, 1)), abs=CLOSE)
    assert after == pytest.approx(1 / (1 + 2.718281828**-shown), abs=CLOSE)


def test_any_model_in_any_order(open_inside: OpenInside) -> None:
    """Another model is chosen in the header: its layers stand, the drawing stays."""
    page = open_inside("?model=digits")
    for model, answers in (("letters", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), ("pooling", LABELS), ("digits", "7")):
        page.locator("#model").select_option(model)
        wait_until(page, lambda model=model: told(page)["model"] == model)
        expect(page.locator("#layers > section")).to_have_count(len(told(page)["layers"]))
        expect(page.locator("#answer-label")).to_have_text(re.compile(f"^[{''.join(answers)}]$"))
    expect(page.locator("#links")).to_be_hidden()


def test_wrong_links_are_told(open_inside: OpenInside) -> None:
    """A link to a place that the model lacks says so and shows the rest."""
    page = open_inside("?model=digits&layer=conv9&at=1,1,1&kernel=1,2,3", drawn=False)
    expect(page.locator("#notice")).to_have_text("The model digits has no layer conv9 with a number 1,1,1.")
    expect(page.locator("#own-weights input")).to_have_count(9)


def test_nothing_drawn_and_drawn_again(open_inside: OpenInside) -> None:
    """Clearing empties the maps and says so; the pinned place waits for the next drawing."""
    page = open_inside("?model=digits&layer=conv1&at=1,5,5")
    expect(page.locator("#sum .value")).to_be_visible()
    page.locator("#clear").click()
    expect(page.locator("#answer-words")).to_have_text("Draw, and every layer shows what it makes of it.")
    expect(page.locator("#sum")).to_contain_text("Draw, and its numbers appear.")
    draw(page, SEVEN)
    expect(page.locator("#sum .value")).to_be_visible()


@pytest.mark.parametrize("model", ["digits", "perceptron"])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (768, 1024), (1280, 800), (2560, 1440)])
def test_it_fits_every_screen(open_inside: OpenInside, model: str, width: int, height: int) -> None:
    """No screen scrolls sideways, and the arithmetic is in sight where a map is tapped or pointed at."""
    page = open_inside(f"?model={model}", viewport={"width": width, "height": height}, has_touch=width < 500)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    name = told(page)["layers"][1]["name"]
    canvas = maps(page, name)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    place = (box["x"] + box["width"] / 3, box["y"] + min(box["height"], 60) / 3)
    if width < 500:
        page.touchscreen.tap(*place)
    else:
        page.mouse.move(*place)
    expect(page.locator("#sum .value")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_drawing_stays_smooth(open_inside: OpenInside) -> None:
    """No task takes over 50 ms while all maps, a pinned sum and a kernel of one's own follow the pen.

    A machine busy with other tests interrupts tasks and makes them long, so one stroke of ten has to be free of them.
    """
    page = open_inside("?model=digits&layer=conv3&at=2,1,5")
    page.evaluate(
        """() => {
            window.long = [];
            new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe(
                { type: "longtask" });
        }"""
    )
    strokes = []
    while [] not in strokes and len(strokes) < 10:
        page.evaluate("long.length = 0")
        first, *rest = on_page(page, SEVEN)
        page.mouse.move(**first)
        page.mouse.down()
        for position in rest:
            page.mouse.move(**position)
            page.wait_for_timeout(16)
        page.mouse.up()
        page.wait_for_timeout(800)
        strokes.append(page.evaluate("long"))
    assert [] in strokes, strokes


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_shifts(open_inside: OpenInside, width: int) -> None:
    """Neither loading nor an answer nor a number looked at moves what is on the page."""
    page = open_inside("?model=digits", viewport={"width": width, "height": 800})
    page.evaluate(
        """() => {
            window.shifts = [];
            new PerformanceObserver((list) => shifts.push(...list.getEntries().map((entry) => ({
                by: entry.value,
                what: entry.sources.map(({ node }) => node?.id || node?.className || node?.parentElement?.id).join(" "),
            })))).observe({ type: "layout-shift", buffered: true });
        }"""
    )
    page.wait_for_timeout(300)
    shifts = page.evaluate("shifts")
    assert sum(shift["by"] for shift in shifts) < 0.005, shifts


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_inside: OpenInside, scheme: str) -> None:
    """axe-core finds nothing on the view, drawn, with a sum of a convolution, of a dense layer and of a perceptron."""
    page = open_inside("?model=digits&layer=conv2&at=14,3,3", color_scheme=scheme, reduced_motion="reduce")
    assert complaints(page) == []
    page.locator("#release").click()
    look(page, "dense", (8, 1, 1))
    page.locator("details").evaluate_all("(all) => all.forEach((each) => { each.open = true; })")
    assert complaints(page) == []


def test_a_server_that_goes_and_comes_back(models: Path, tmp_path: Path, new_context: Callable) -> None:
    """What is shown stays while the server is gone, the page says so, and what was drawn meanwhile is looked into by itself."""
    with Service(models, tmp_path) as service:
        context, watch = new_context(service.address)
        watch.expect("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET")
        page = context.new_page()
        page.goto("/inside?model=digits")
        expect(page.locator(".layer")).not_to_have_count(0)
        draw(page, SEVEN)
        expect(page.locator("#answer-label")).to_have_text("7")
        service.stop()
        page.locator("#clear").click()
        draw(page, [(0.5, 0.2), (0.5, 0.8)])
        expect(page.locator("#trouble")).to_contain_text("this page tries again by itself")
        expect(page.locator("#layers > section")).to_have_count(13)
        service.start()
        expect(page.locator("#answer-label")).to_have_text("1")
        expect(page.locator("#trouble")).to_be_hidden()


def test_a_model_that_changes_is_looked_into_anew(open_inside: OpenInside) -> None:
    """Numbers of a new version are never added up with kernels of an old one: its kernels are asked for first."""
    page = open_inside("?model=digits", drawn=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "show=kernels" in request.url else None)

    def renew(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"x-inkling-model": "digits; sha256=other"})

    page.route("**/explain*", renew)
    draw(page, SEVEN)
    expect(page.locator("#answer-label")).to_have_text("7")
    assert asked
